import type { PostedResponse, Shown } from './messages.ts'

const SIXTY_FOUR_KIBIBYTES = 65_536
const FOUR_MILLISECONDS = 4
const NO_BODY = [101, 204, 205, 304]
const SHOWN = ['url', 'redirected', 'type', 'status', 'statusText', 'ok'] as const satisfies readonly Shown[]

/** What the vault's side keeps of a response while the page reads it. */
export interface OpenBody {
  /** The next piece; nothing at its end. */
  readonly pull: () => Promise<Uint8Array<ArrayBuffer> | undefined>
  readonly cancel: () => void
}

/** A response in what can be posted. A short body that comes at once travels with it; any other is to be pulled. */
export async function packResponse(response: Response): Promise<{ head: PostedResponse; rest?: OpenBody }> {
  const { status, statusText } = response
  const shown = Object.fromEntries(SHOWN.map((name) => [name, { value: response[name] }])) as PostedResponse['shown']
  const init = status === 0 ? undefined : { status, statusText, headers: [...response.headers] }
  // Chromium has an empty stream there, which no constructor takes.
  const reader = NO_BODY.includes(status) ? undefined : response.body?.getReader()
  if (!reader) return { head: { init, shown, body: null } }

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

  if (step?.done) return { head: { init, shown, body: joined(pieces, size) } }
  let early = size > 0 ? joined(pieces, size) : undefined
  let waiting: typeof next | undefined = next
  return {
    head: { init, shown, body: undefined },
    rest: {
      async pull() {
        const first = early
        early = undefined
        if (first) return first
        const read = waiting ?? reader.read()
        waiting = undefined
        const { value } = await read
        // A copy: a view posted would take all of its buffer along, which may be somebody else's too.
        return value?.slice()
      },
      cancel: () => void reader.cancel().catch(() => {}),
    },
  }
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size)
  let offset = 0
  for (const piece of pieces) {
    whole.set(piece, offset)
    offset += piece.length
  }
  return whole
}
