import { AuthError } from 'latchkey'
import { API } from '../api-calls.ts'
import type { Stage } from '../browser.ts'

export interface Caller {
  /** The status of the answer, or the code or the name of the error. */
  readonly outcome: Promise<number | string>
  readonly giveUp: () => void
}

/** A call from this tab, which can be given up. */
export function callerOn({ auth, tab }: Stage): Caller {
  const abort = new AbortController()
  tab.focus()
  const outcome = auth.authFetch(API, { signal: abort.signal }).then(
    ({ status }) => status,
    (error) => (error instanceof AuthError ? error.code : error.name),
  )
  return { outcome, giveUp: () => abort.abort() }
}
