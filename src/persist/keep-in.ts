import { AuthError } from '../contract/auth-error.ts'
import { isRefusal } from '../contract/failure.ts'
import type { SessionStore } from '../contract/options.ts'
import type { TokenSet } from '../provider/tokens.ts'
import type { KeepingGround, KeepTokens, KeptSession } from '../vault/kept-session.ts'
import type { Arrived } from '../vault/session.ts'
import type { Renew } from '../vault/silent-renewal.ts'
import { afterFailure, ageOf, arrivedFrom, isFresh, stopIfTooEarly } from './kept-times.ts'
import { type Kept, keptIn, textOf } from './kept-tokens.ts'

const THREE_SECONDS = 3_000

/**
 * One session for all tabs and workers. Whoever renews does so alone, looks first whether another has meanwhile, and writes down
 * what came before anybody uses it. A refresh token that somebody was about to spend and did not get to write down is tried a
 * second time only where nothing else helps: a provider that sees one twice may end the session (RFC 9700 4.14.2).
 */
export const keepIn =
  (store: SessionStore): KeepTokens =>
  (ground) => {
    const { settings, mark, gone } = ground
    const ask = ground.renew
    // Another form of writing will have another number: two builds of the app then have a session each.
    const name = `1 ${settings.clientId} ${settings.issuer}`
    /** What this vault holds; `undefined` while that is its own. */
    let held: Kept | undefined

    const read = async () => {
      const text = await store.load(name)
      return text === undefined ? undefined : keptIn(text, settings)
    }

    const hold = (kept: Kept): Arrived => {
      held = kept
      return arrivedFrom(kept)
    }

    const write = async (kept: Kept) => {
      try {
        await store.save(name, textOf(kept))
        return true
      } catch {
        return false
      }
    }

    const save: KeptSession['save'] = async (tokens) => {
      const kept = { id: crypto.randomUUID(), tokens, at: Date.now(), mark: mark() }
      held = undefined
      return (await write(kept)) ? hold(kept) : tokens
    }

    /** Whoever signs out, or in as somebody else, leaves another mark: what is gone without one was lost. */
    const nobodyLeft = () => !!mark() && mark() === held?.mark

    const renewByItself = async (...asked: Parameters<Renew>) => save(await ask(...asked))

    const renewForAll = async (
      before: TokenSet,
      rotated: (refreshToken: string) => void,
      isLastHope: boolean,
    ): Promise<Arrived> => {
      stopIfGone(ground)
      const kept = await read().catch(() => {
        // Another may have renewed: better to wait than to spend a refresh token twice. Once the token is out there is nothing to wait for.
        if (held && ageOf(held) < (before.lifetime ?? 0) * 1000)
          throw new AuthError('timeout', 'The kept session cannot be read.')
        return 'unknown' as const
      })
      if (kept === 'unknown')
        // Without the refresh token as long as that works, for the same reason.
        return renewByItself({ ...before, refreshToken: undefined }, rotated).catch((error) => {
          if (!isRefusal(error)) throw error
          return renewByItself(before, rotated)
        })
      // What this tab knows of the refresh token may be old.
      if (!kept && nobodyLeft()) return renewByItself({ ...before, refreshToken: undefined }, rotated)
      if (kept?.tokens.claims.sub !== before.claims.sub) throw signedOut()
      const isNews = kept.id !== held?.id || kept.tokens.accessToken !== before.accessToken
      if (isNews && isFresh(kept)) return hold(kept)
      stopIfTooEarly(kept)

      const spender = crypto.randomUUID()
      let { refreshToken } = kept.tokens
      const rotate = (next: string) => {
        refreshToken = next
        rotated(next)
      }
      const renewKept = async () => {
        if (!kept.spender) return ask(kept.tokens, rotate, kept.inDoubt)
        try {
          return await ask({ ...kept.tokens, refreshToken: undefined }, rotate)
        } catch (error) {
          if (!isRefusal(error as AuthError) || !isLastHope) throw error
          // There is nothing left to lose: a provider with a time of grace takes it once more.
          return ask(kept.tokens, rotate, true)
        }
      }
      if (!(await write({ ...kept, spender }))) return save(await renewKept())

      try {
        const renewed = await renewKept()
        const present = await read().catch(() => undefined)
        if (present ? present.spender === spender : nobodyLeft()) return await save(renewed)
        if (present?.tokens.claims.sub === before.claims.sub) return hold(present)
        throw signedOut()
      } catch (error) {
        // What a page was about that is gone now, nobody knows.
        const isMine = !gone.aborted && (await read().catch(() => undefined))?.spender === spender
        if (isMine && isRefusal(error as AuthError)) await store.forget(name).catch(() => {})
        else if (isMine) await write(afterFailure(kept, refreshToken, error as AuthError))
        throw error
      }
    }

    const renew = (before: TokenSet, rotated: (refreshToken: string) => void, isLastHope = true) =>
      held ? store.alone(name, () => renewForAll(before, rotated, isLastHope)) : renewByItself(before, rotated)

    return {
      save,
      renew: (before, rotated) => renew(before, rotated),

      async load() {
        const kept = await read().catch(() => undefined)
        // Somebody has signed out since, or another person in.
        if (!kept || gone.aborted || (mark() && mark() !== kept.mark)) return undefined
        const { refreshToken } = kept.tokens
        const arrived = hold(kept)
        if (isFresh(kept)) return arrived
        if (!refreshToken) return undefined
        // Whether the session still exists: if that does not say, the page has other ways to find it. A provider that takes its time
        // holds nobody up for long.
        const renewed = renew(kept.tokens, () => {}, false).catch((error) => (isRefusal(error) ? undefined : arrived))
        return Promise.race([renewed, late(arrived)])
      },

      async take() {
        // A page that goes takes nothing from the others.
        if (gone.aborted) return undefined
        held = undefined
        const kept = await read().catch(() => undefined)
        await store.forget(name).catch(() => {})
        return kept?.tokens
      },
    }
  }

const late = <Value>(value: Value) => new Promise<Value>((resolve) => setTimeout(resolve, THREE_SECONDS, value))

const signedOut = () => new AuthError('login_required', 'Somebody has signed out in another tab. Call login().')

function stopIfGone({ gone }: KeepingGround) {
  if (gone.aborted) throw new AuthError('login_required', 'This page is gone.')
}
