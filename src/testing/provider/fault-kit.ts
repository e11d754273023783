import type { Fault } from './faults.ts'

const CORS = { 'access-control-allow-origin': '*' }

/** Answers this instead. The server never does what it was asked for. */
export const answers =
  (status: number, body: unknown = null, headers: Record<string, string> = {}): Fault =>
  () =>
    new Response(typeof body === 'string' || body === null ? (body as string | null) : JSON.stringify(body), {
      status,
      headers: { ...CORS, 'content-type': 'application/json', ...headers },
    })

/** Does what was asked for, and answers it with a changed body. */
export const changes =
  (change: (body: Record<string, unknown>) => unknown): Fault =>
  async (_, normally) => {
    const response = await normally()
    return new Response(JSON.stringify(await change(await response.json())), response)
  }

/** Does what was asked for, and answers it with other headers besides: `cache-control`, a wrong `content-type` … */
export const addsHeaders =
  (headers: Record<string, string>): Fault =>
  async (_, normally) => {
    const response = await normally()
    for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
    return response
  }

/** Answers with a web page, as a captive portal or a proxy does, in place of what was asked for. */
export const showsAPage = (status = 200): Fault =>
  answers(status, '<!doctype html><title>Welcome to the Wi-Fi</title><p>Accept our terms to go on.', {
    'content-type': 'text/html; charset=utf-8',
  })

/** Asks to be left alone: 429, or 503, with `Retry-After` in seconds or as a date (RFC 9110 10.2.3), which the page may read. */
export const asksToWait = (retryAfter: number | string, status = 429): Fault =>
  answers(status, null, { 'retry-after': String(retryAfter), 'access-control-expose-headers': 'retry-after' })

/** The connection breaks before the server has read the request. */
export const breaks: Fault = () => {
  throw new TypeError('connection refused')
}

/** The server does what it was asked for, but its answer is lost. */
export const losesTheAnswer: Fault = async (_, normally) => {
  await normally()
  throw new TypeError('connection reset')
}

/** Nothing ever comes back. */
export const hangs: Fault = () => new Promise(() => {})

/** Answers as it should, but no page of another origin may read it. */
export const withoutCors: Fault = async (_, normally) => {
  const { body, status, headers } = await normally()
  const bare = new Headers(headers)
  bare.delete('access-control-allow-origin')
  return new Response(body, { status, headers: bare })
}

/** Sends whoever asks somewhere else. */
export const redirects = (url: string, status = 302, headers: Record<string, string> = CORS): Fault =>
  answers(status, null, { ...headers, location: url })

/** The right answer, after so many milliseconds. */
export const delays =
  (milliseconds: number): Fault =>
  async (_, normally) => {
    const response = await normally()
    await new Promise((resolve) => setTimeout(resolve, milliseconds))
    return response
  }

/** The right answer, once `release` is called. `asked` resolves when the request has arrived. */
export function held(): Fault & { readonly asked: Promise<void>; readonly release: () => void } {
  let release = () => {}
  let arrived = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const asked = new Promise<void>((resolve) => {
    arrived = resolve
  })
  const fault: Fault = async (_, normally) => {
    arrived()
    const response = await normally()
    await released
    return response
  }
  return Object.assign(fault, { asked, release })
}
