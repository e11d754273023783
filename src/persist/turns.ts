import type { SessionStore } from '../contract/options.ts'
import type { Transaction } from './database.ts'

const POLL = 200
const FIVE_SECONDS = 5_000
/** Longer than a renewal takes: discovery, the token and the keys, each with the usual time limit of ten seconds. */
const THIRTY_SECONDS = 30_000

/** Whose turn it is, in the database: what excludes those who could not have the Web Lock, or a browser without any. */
interface Turn {
  readonly owner: string
  readonly until: number
  /** Whether the owner holds the Web Lock, too. */
  readonly isLocked: boolean
}

/**
 * One at a time, of all tabs and workers. The Web Lock tells at once that a tab was killed in its turn; the note in the
 * database is there for when a script holds that lock for ever. Whoever has waited in vain for either goes on without, and
 * does not wait for it a second time.
 */
export function createTurns(transaction: Transaction): SessionStore['alone'] {
  const inVain = new Set<string>()

  const take = (name: string, owner: string, isLocked: boolean) =>
    transaction<boolean>((kept, answer) => {
      const request: IDBRequest<Turn | undefined> = kept.get(turnName(name))
      request.onsuccess = () => {
        const left = (request.result?.until ?? 0) - Date.now()
        // Of two who hold the Web Lock the first must be gone. A clock that was set back makes nobody wait the longer.
        const isFree = left <= 0 || left > THIRTY_SECONDS || (isLocked && request.result?.isLocked)
        if (isFree) kept.put({ owner, until: Date.now() + THIRTY_SECONDS, isLocked } satisfies Turn, turnName(name))
        answer(!!isFree)
      }
    })

  const leave = (name: string, owner: string) =>
    transaction((kept) => {
      const request: IDBRequest<Turn | undefined> = kept.get(turnName(name))
      request.onsuccess = () => {
        if (request.result?.owner === owner) kept.delete(turnName(name))
      }
    })

  return async (name, step) => {
    const owner = crypto.randomUUID()
    const webLock = `latchkey ${name}`
    const release = await lock(webLock, inVain.has(webLock))
    if (release || !locks()) inVain.delete(webLock)
    else inVain.add(webLock)
    try {
      const end = performance.now() + (inVain.has(name) ? 0 : THIRTY_SECONDS)
      let isMine = await take(name, owner, !!release)
      while (!isMine && performance.now() < end) {
        await pause(POLL)
        isMine = await take(name, owner, !!release)
      }
      if (isMine) inVain.delete(name)
      else inVain.add(name)
    } catch {
      // Without the database nothing is shared that could be spent twice.
    }
    try {
      return await step()
    } finally {
      await leave(name, owner).catch(() => {})
      release?.()
    }
  }
}

const turnName = (name: string) => `turn ${name}`

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

const locks = () => globalThis.navigator?.locks as LockManager | undefined

/** Answers how to let go of the Web Lock; `undefined` where there is none, or it cannot be had in time. */
const lock = (name: string, onlyIfFree: boolean): Promise<(() => void) | undefined> =>
  new Promise((resolve) => {
    const giveUp = new AbortController()
    const goOn = () => {
      clearTimeout(tooLate)
      giveUp.abort()
      resolve(undefined)
    }
    const tooLate = setTimeout(goOn, FIVE_SECONDS)
    const granted = (held: Lock | null) =>
      new Promise<void>((release) => {
        clearTimeout(tooLate)
        if (held && !giveUp.signal.aborted) return resolve(release)
        resolve(undefined)
        release()
      })
    try {
      const options = onlyIfFree ? { ifAvailable: true } : { signal: giveUp.signal }
      locks()?.request(name, options, granted).catch(goOn) ?? goOn()
    } catch {
      goOn()
    }
  })
