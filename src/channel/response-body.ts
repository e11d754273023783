import type { PostedResponse } from './messages.ts'

const SIXTY_FOUR_KIBIBYTES = 65_536
const FOUR_MILLISECONDS = 4

/** What the vault's side keeps of a response while the page reads it. */
export interface OpenBody {
  /** The next piece; nothing at its end. */
  readonly pull: () => Promise<Uint8Array<ArrayBuffer> | undefined>
  readonly cancel: () => void
}

/** A response in what can be posted. A short body that comes at once travels with it; of any other the rest is to be pulled. */
export async function packResponse(response: Response): Promise<{ head: PostedResponse; rest: OpenBody | undefined }> {
  const { status, ok, statusText, url, redirected, type } = response
  const head = { status, ok, statusText, url, redirected, type, headers: [...response.headers] }
  const reader = response.body?.getReader()
  if (!reader) return { head: { ...head, body: undefined, hasMore: false }, rest: undefined }

  const pieces: Uint8Array[] = []
  let size = 0
  let next = reader.read()
  let tooLate: ReturnType<typeof setTimeout> | undefined
  const pause = new Promise<undefined>((resolve) => {
    tooLate = setTimeout(() => resolve(undefined), FOUR_MILLISECONDS)
  })
  // A body that fails early fails where it is read.
  const atOnce = () => Promise.race([next, pause]).catch(() => undefined)
  let step = await atOnce()
  while (step?.value && size < SIXTY_FOUR_KIBIBYTES) {
    pieces.push(step.value)
    size += step.value.length
    next = reader.read()
    step = await atOnce()
  }
  clearTimeout(tooLate)

  const body = new Uint8Array(size)
  let offset = 0
  for (const piece of pieces) {
    body.set(piece, offset)
    offset += piece.length
  }
  if (step?.done) return { head: { ...head, body, hasMore: false }, rest: undefined }
  // Read already, so the first to be pulled.
  let waiting: typeof next | undefined = next
  return {
    head: { ...head, body, hasMore: true },
    rest: {
      async pull() {
        const { value } = await (waiting ?? reader.read())
        waiting = undefined
        // A copy: a view posted would take all of its buffer along, which may be somebody else's too.
        return value?.slice()
      },
      cancel: () => void reader.cancel().catch(() => {}),
    },
  }
}
