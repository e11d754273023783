import type { Fault } from './faults.ts'

const SIXTY_FOUR_KIBIBYTES = 65_536

/** The right answer twice in one body: `{…}{…}`. */
export const repeatsTheAnswer: Fault = async (_, normally) => {
  const response = await normally()
  const text = await response.text()
  return new Response(text + text, response)
}

/** Begins the right answer; the connection breaks half-way through the body. */
export const breaksMidway: Fault = async (_, normally) => {
  const { response, bytes } = await whole(normally)
  let begun = false
  return withBody(response, (controller) => {
    if (begun) controller.error(new TypeError('connection reset'))
    else controller.enqueue(bytes.slice(0, bytes.length / 2))
    begun = true
  })
}

/** The right answer cut off half-way, as if that were all of it. */
export const truncates: Fault = async (_, normally) => {
  const { response, bytes } = await whole(normally)
  return new Response(bytes.slice(0, bytes.length / 2), response)
}

/** The right answer, blown up to so many bytes with spaces: JSON still, so that only its size is wrong. */
export const swells =
  (toBytes: number): Fault =>
  async (_, normally) => {
    const { response, bytes } = await whole(normally)
    const spaces = new Uint8Array(SIXTY_FOUR_KIBIBYTES).fill(0x20)
    let left = toBytes - bytes.length
    return withBody(response, (controller) => {
      if (left > 0) controller.enqueue(spaces.slice(0, Math.min(left, spaces.length)))
      left -= spaces.length
      if (left > 0) return
      controller.enqueue(bytes)
      controller.close()
    })
  }

/** The right answer, a few bytes at a time: so many after each so many milliseconds. */
export const drips =
  (bytesEach: number, everyMilliseconds: number): Fault =>
  async (_, normally) => {
    const { response, bytes } = await whole(normally)
    let at = 0
    let next: ReturnType<typeof setTimeout>
    return withBody(
      response,
      (controller) =>
        new Promise<void>((resolve) => {
          next = setTimeout(() => {
            controller.enqueue(bytes.slice(at, at + bytesEach))
            at += bytesEach
            if (at >= bytes.length) controller.close()
            resolve()
          }, everyMilliseconds)
        }),
      () => clearTimeout(next),
    )
  }

/** The right headers at once, and of the body never a byte. */
export const neverEnds: Fault = async (_, normally) => withBody(await normally(), () => new Promise(() => {}))

async function whole(normally: () => Promise<Response>) {
  const response = await normally()
  return { response, bytes: new Uint8Array(await response.arrayBuffer()) }
}

type Pull = (controller: ReadableStreamDefaultController<Uint8Array>) => void | Promise<void>

/** The same answer with a body that is made only as it is read. */
function withBody({ status, headers }: Response, pull: Pull, cancel = () => {}): Response {
  return new Response(new ReadableStream({ pull, cancel }, { highWaterMark: 0 }), { status, headers })
}
