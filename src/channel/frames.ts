import { AuthError } from '../contract/auth-error.ts'
import type { PostedFrame, Said } from './messages.ts'

const TWO_SECONDS = 2_000

type Page = (said: Said) => void

interface Asked {
  readonly page: Page
  readonly ended: (end: PostedFrame) => void
  readonly givenUp: () => void
}

/** Hidden frames for a vault that has no document of its own: a page opens them, the one that spoke last. */
export function createFrames() {
  const pages = new Set<Page>()
  const asked = new Map<number, Asked>()
  let count = 0
  const leave = (page: Page) => {
    pages.delete(page)
    for (const one of [...asked.values()]) if (one.page === page) one.givenUp()
  }
  return {
    /** The page is alive. */
    spoke(page: Page) {
      pages.delete(page)
      pages.add(page)
    },
    leave,
    ended(page: Page, end: PostedFrame) {
      const one = asked.get(end.id)
      if (one?.page === page) one.ended(end)
    },
    open(url: string, timeout: number, gone: AbortSignal): Promise<string> {
      const page = [...pages].at(-1)
      if (!page) return Promise.reject(unanswered())
      count += 1
      const id = count
      return new Promise<string>((resolve, reject) => {
        const end = (url: string | undefined, refusal: AuthError) => {
          clearTimeout(tooLate)
          gone.removeEventListener('abort', givenUp)
          asked.delete(id)
          if (url === undefined) reject(refusal)
          else resolve(url)
        }
        const givenUp = () => end(undefined, unanswered())
        // One that is frozen is not asked again before it has spoken.
        const tooLate = setTimeout(() => leave(page), timeout + TWO_SECONDS)
        gone.addEventListener('abort', givenUp)
        asked.set(id, {
          page,
          givenUp,
          ended: ({ url, code }) => end(url, code === 'login_required' ? refusedFrame() : unanswered()),
        })
        page({ frame: { id, url, timeout } })
      })
    },
  }
}

/** Passes by itself: the next page that speaks can be asked. */
const unanswered = () =>
  new AuthError('timeout', 'Nothing came back from a hidden frame, or no page of this app is awake to open one.')

const refusedFrame = () => new AuthError('login_required', 'The provider does not answer in a frame. Call login().')
