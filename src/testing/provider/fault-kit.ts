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
    return new Response(JSON.stringify(change(await response.json())), response)
  }

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

export const redirects = (url: string, status = 302, headers: Record<string, string> = CORS): Fault =>
  answers(status, null, { ...headers, location: url })

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
