import { type Moment, since } from './moment.ts'

/** Someone who asks the provider by itself, again and again: one vault. */
interface Asker {
  failing?: { readonly since: number; attempts: number } | undefined
  told?: (Moment & { readonly wait: number }) | undefined
}

const LONGEST_RETRY_AFTER = 300_000
/** Full jitter may fall anywhere; in the mean half a minute lies between two attempts where somebody waits, and much more where nobody does. */
const mostAttempts = (milliseconds: number) => 5 + milliseconds / 10_000

/** Whether everybody backs off while a provider is in trouble, and waits for as long as it says. */
export function createAskers(wrong: (at: number, ...words: readonly unknown[]) => void) {
  const askers = new Map<string, Asker>()
  const askerOf = (name: string): Asker => {
    const known = askers.get(name) ?? {}
    askers.set(name, known)
    return known
  }
  return {
    asks(name: string, when: Moment): void {
      const { told } = askerOf(name)
      if (told && since(told, when) < told.wait)
        wrong(when.at, name, `asked after ${since(told, when)} ms, and was told to wait for ${told.wait}`)
    },
    fails(name: string, when: Moment, retryAfter: number): void {
      const asker = askerOf(name)
      asker.told = retryAfter > 0 ? { ...when, wait: Math.min(retryAfter, LONGEST_RETRY_AFTER) } : undefined
      asker.failing ??= { since: when.at, attempts: 0 }
      asker.failing.attempts += 1
      const { since, attempts } = asker.failing
      if (attempts > mostAttempts(when.at - since))
        wrong(when.at, name, `asked ${attempts} times within ${when.at - since} ms of failing`)
    },
    succeeds(name: string): void {
      askers.delete(name)
    },
    /** All of them may ask once more, at once. */
    woken(): void {
      for (const { failing } of askers.values()) if (failing) failing.attempts -= 1
    },
  }
}
