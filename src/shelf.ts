import { trying } from './trying.ts'

const TEN_MINUTES = 600_000

export interface Kept {
  readonly value: unknown
  readonly isOld: boolean
}

/** A few JSON values by name, for ten minutes. Whatever comes out may have been put there by any script of the origin. */
export interface Shelf {
  /** Whether it could be written down. */
  readonly put: (name: string, value: unknown) => boolean
  readonly look: (name: string) => Kept | undefined
  /** Answers once: what was taken is gone. */
  readonly take: (name: string) => Kept | undefined
  readonly isEmpty: () => boolean
  /** Throws away what is old. */
  readonly sweep: () => void
}

/** The same where the storage may not answer at once. */
export type SlowShelf = {
  readonly [Name in 'put' | 'look' | 'take' | 'sweep']: (
    ...parameters: Parameters<Shelf[Name]>
  ) => ReturnType<Shelf[Name]> | Promise<ReturnType<Shelf[Name]>>
}

/** Outlives the page, but not the tab. Keeps to names of its own; storage that is blocked is storage that is empty. */
export function createShelf(storage: () => Storage, prefix: string): Shelf {
  const use = <Result>(step: (storage: Storage) => Result) => trying(() => step(storage()))
  const look = (name: string): Kept | undefined => {
    const kept = use((storage) => JSON.parse(storage.getItem(prefix + name) ?? 'null'))
    if (!kept) return undefined
    const isRecent = typeof kept.at === 'number' && Math.abs(Date.now() - kept.at) < TEN_MINUTES
    return { value: kept.value, isOld: !isRecent }
  }
  const take = (name: string) => {
    const kept = look(name)
    use((storage) => storage.removeItem(prefix + name))
    return kept
  }
  /** The names of what is not old; the rest is thrown away. */
  const swept = () => {
    const names = use(Object.keys)?.flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []))
    return names?.filter((name) => !look(name)?.isOld || void take(name))
  }
  return {
    look,
    take,
    isEmpty: () => !swept()?.length,
    sweep: () => void swept(),
    put(name, value) {
      swept()
      return !!use((storage) => {
        storage.setItem(prefix + name, JSON.stringify({ value, at: Date.now() }))
        return true
      })
    },
  }
}
