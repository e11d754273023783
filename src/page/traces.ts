import type { Page } from './browser-page.ts'

/** Under which name it is kept, for all pages of this browser, that somebody was signed in on one: it says no more than that. */
const markOf = (name: string) => `latchkey here ${name}`

/** What a page does with storage that may be blocked. */
function trying<Result>(step: () => Result): Result | undefined {
  try {
    return step()
  } catch {
    return undefined
  }
}

/** Whether there is sense in asking the provider who is signed in. */
export const wasSignedIn = (page: Page, name: string): boolean =>
  !!trying(() => page.sharedStorage().getItem(markOf(name)))

/** Somebody is signed in. */
export const remember = (page: Page, name: string): unknown =>
  trying(() => page.sharedStorage().setItem(markOf(name), '1'))

/** Nobody is signed in at the provider either. */
export const forget = ({ page, name }: { readonly page: Page; readonly name: string }): unknown =>
  trying(() => page.sharedStorage().removeItem(markOf(name)))
