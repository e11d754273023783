import { AuthError } from '../contract/auth-error.ts'
import type { PendingLogin } from '../contract/vault.ts'

/** A window that a click has opened, still empty. */
export interface Popup {
  readonly go: (url: string) => void
  /** Also `true` of an open window in which a page has cut itself off (`Cross-Origin-Opener-Policy`). */
  readonly isClosed: () => boolean
  /** Whether it shows a page of another origin. */
  readonly isElsewhere: () => boolean
  readonly close: () => void
}

const QUARTER_SECOND = 250
const ONE_SECOND = 1000
const THREE_SECONDS = 3000
const FIVE_SECONDS = 5000
const TEN_MINUTES = 600_000
const LOOKS_TO_BE_SURE = 4
const TAKEN = 'taken'

// `state` is 256 random bits, and only the two windows of one login know them. What goes through here is worth nothing
// without the verifier, and nothing is taken from `message` events, which any window can send (RFC 9700 4.17).
const channelFor = (state: string) => new BroadcastChannel(`latchkey popup ${state}`)

const isAnswer = (query: unknown, state: string): query is string =>
  typeof query === 'string' && new URLSearchParams(query).get('state') === state

/**
 * Sends the window to the provider. Resolves with the query of the callback that it ends on. Rejects with `popup_closed`, or with
 * `callback_expired` after ten minutes. A window that only seemed to be closed may still answer: then `onLate` gets the query.
 */
export function answerFrom(
  popup: Popup,
  { url, state }: PendingLogin,
  gone: AbortSignal,
  onLate: (query: string) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let looksElsewhere = 0
    let grace: ReturnType<typeof setTimeout> | undefined
    const watching = new AbortController()
    const channel = channelFor(state)

    const stopWatching = () => {
      watching.abort()
      clearInterval(looking)
      clearTimeout(grace)
    }
    const end = () => {
      stopWatching()
      clearTimeout(tooLate)
      channel.close()
      gone.removeEventListener('abort', letGo)
    }
    const closed = () => {
      stopWatching()
      reject(new AuthError('popup_closed', 'The window was closed before anybody signed in.'))
    }
    const closedAfter = (milliseconds: number) => {
      grace ??= setTimeout(closed, milliseconds)
    }
    const letGo = () => {
      popup.close()
      closed()
      end()
    }

    // Chromium shows a window that it is about to cut off as open and elsewhere, for some milliseconds.
    const look = () => {
      if (!popup.isClosed()) looksElsewhere += Number(popup.isElsewhere())
      else if (looksElsewhere >= LOOKS_TO_BE_SURE) closedAfter(ONE_SECOND)
    }
    // A window that was cut off looks closed. It is, as far as anybody can tell, when the person is back on this page.
    const personIsBack = () => popup.isClosed() && closedAfter(THREE_SECONDS)

    const looking = setInterval(look, QUARTER_SECOND)
    const tooLate = setTimeout(() => {
      end()
      reject(new AuthError('callback_expired', 'The window was left open for more than ten minutes.'))
    }, TEN_MINUTES)
    gone.addEventListener('abort', letGo)
    for (const sign of ['focus', 'pointerdown', 'keydown'])
      addEventListener(sign, personIsBack, { capture: sign !== 'focus', signal: watching.signal })
    channel.onmessage = ({ data }) => {
      const query: unknown = data?.query
      if (!isAnswer(query, state)) return
      channel.postMessage(TAKEN)
      if (watching.signal.aborted) onLate(query)
      else resolve(query)
      end()
    }
    if (gone.aborted || popup.isClosed()) letGo()
    else popup.go(url)
  })
}

/**
 * In the popup: hands the query to the window that waits for it, and closes this one. Answers `false` where nobody took it within
 * five seconds, `true` where this window is still there afterwards.
 */
export function handBack(state: string, query: string): Promise<boolean> {
  return new Promise((resolve) => {
    const channel = channelFor(state)
    const end = () => {
      clearTimeout(tooLate)
      channel.close()
    }
    const tooLate = setTimeout(() => {
      end()
      resolve(false)
    }, FIVE_SECONDS)
    channel.onmessage = ({ data }) => {
      if (data !== TAKEN) return
      end()
      close()
      // A page that is being closed must not start up.
      setTimeout(resolve, ONE_SECOND, true)
    }
    channel.postMessage({ query })
  })
}
