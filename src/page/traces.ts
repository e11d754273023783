import type { Page } from './browser-page.ts'

/** Whether somebody was signed in on a page of this browser: what the next one goes by. Says no more than that. */
export interface Traces {
  readonly wasSignedIn: () => boolean
  /** Somebody is signed in. What earlier pages have tried is over with that. */
  readonly remember: () => void
  /** Nobody is signed in at the provider either. */
  readonly forget: () => void
}

/** Where the pages of one tab note that they have left unasked. */
export const noteKey = (name: string, note: string): string => `latchkey automatic ${name} ${note}`

export function createTraces(page: Page, name: string): Traces {
  const key = `latchkey here ${name}`
  const trying = <Result>(step: () => Result): Result | undefined => {
    try {
      return step()
    } catch {
      // Storage is blocked: nothing is remembered.
      return undefined
    }
  }
  return {
    wasSignedIn: () => !!trying(() => page.sharedStorage().getItem(key)),
    remember: () =>
      trying(() => {
        page.sharedStorage().setItem(key, '1')
        for (const note of ['silent', 'departures']) page.storage().removeItem(noteKey(name, note))
      }),
    forget: () => trying(() => page.sharedStorage().removeItem(key)),
  }
}
