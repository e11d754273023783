import { AuthError, type AuthErrorCode, isRetriable, type StepUp } from 'latchkey'
import { ApiRefusal } from './notes-api.ts'

/** An error as a person is told about it. */
export interface Problem {
  readonly words: string
  readonly code: string
  /** What the provider itself said: text from outside. */
  readonly said?: string
  /** What Latchkey says to developers, where a person had better hear it too. */
  readonly detail?: string
  /** The same may go well later, with nobody doing anything about it. */
  readonly passes: boolean
  readonly stepUp?: StepUp
}

const WORDS = {
  configuration: 'Notes is not set up right, so nobody can sign in at the moment.',
  callback_invalid: 'That sign-in was not started in this tab, or it is finished already. Please sign in again.',
  callback_expired: 'The sign-in was left open for too long. Please sign in again.',
  provider_error: 'The sign-in page turned the request down.',
  provider_invalid: 'The sign-in service gave an answer that cannot be right. Nothing of it was used.',
  token_invalid:
    'The sign-in service sent a proof that does not hold. Nothing of it was used. Is the clock of this device right?',
  network: 'Your notes wait for the sign-in service. You are still signed in; this passes by itself.',
  timeout: 'Your notes wait for the sign-in service. You are still signed in; this passes by itself.',
  login_required: 'Your session is over. Please sign in again.',
  api_not_allowed: 'Notes tried to reach an address it has no business with. Nothing was sent.',
  popup_blocked: 'The browser did not open the window. Allow popups for Notes, or sign in without one.',
  popup_closed: 'The window was closed before anybody signed in.',
  vault_unavailable: 'The worker that keeps your session does not answer. Please reload the page.',
  step_up_required: 'This needs a fresh confirmation that it is you.',
} satisfies Record<AuthErrorCode, string>

export function problemOf(error: unknown): Problem {
  if (error instanceof AuthError) {
    const { code, message, provider, stepUp } = error
    const detail = code === 'token_invalid' ? message : undefined
    const said = provider && [provider.error, provider.description].filter(Boolean).join(': ')
    return {
      words: WORDS[code],
      code,
      passes: isRetriable(error),
      ...(said && { said }),
      ...(detail && { detail }),
      ...(stepUp && { stepUp }),
    }
  }
  if (error instanceof ApiRefusal)
    return { words: wordsFor(error.status), code: `http ${error.status}`, passes: error.status >= 500 }
  return { words: 'Your notes cannot be reached. Is there a network?', code: 'no answer', passes: true }
}

/** For somebody of whom it is not known yet whether they are signed in. */
export function problemAtTheDoor(error: unknown): Problem {
  const problem = problemOf(error)
  const words = 'The sign-in service cannot be reached, so Notes does not know yet who you are.'
  return problem.code === 'network' || problem.code === 'timeout' ? { ...problem, words } : problem
}

function wordsFor(status: number): string {
  if (status === 401) return 'The notes API refuses your token, and asking again did not help. You are still signed in.'
  if (status === 403) return 'You may not do this with your notes.'
  if (status === 429) return 'That was a lot at once. Please wait a moment.'
  return 'The notes API is in trouble. Please try again.'
}

/** For as long as the session is degraded. */
export function reconnectingWords(code: AuthErrorCode): string {
  if (code === 'timeout') return 'The sign-in service takes too long to answer. You are still signed in.'
  return 'The sign-in service cannot be reached. You are still signed in.'
}
