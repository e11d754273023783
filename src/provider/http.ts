import { AuthError } from '../contract/auth-error.ts'
import { ownProperties } from '../own-properties.ts'
import { trying } from '../trying.ts'

const FOUR_MEBIBYTES = 2 ** 22

export interface HttpAnswer {
  readonly status: number
  /** The members of the body, or `undefined` where it is no JSON object. */
  readonly json: Readonly<Record<string, unknown>> | undefined
}

/** A request to the provider: a form makes it a POST. */
export type Http = (url: string, form?: URLSearchParams) => Promise<HttpAnswer>

/**
 * Every request to the provider goes through here: bounded in time and size, without cookies, cache, referrer or
 * redirects. Rejects with `network`, `timeout` or `provider_invalid`, naming the address without its query.
 */
export function createHttp(fetch: typeof globalThis.fetch, timeout: number, gone: AbortSignal): Http {
  return async (url, form) => {
    const where = url.replace(/\?.*/, '')
    const abort = new AbortController()
    // A revocation goes on while the page leaves.
    const outlivesThePage = !!form?.has('token')
    let stop = () => {}
    let timer: ReturnType<typeof setTimeout> | undefined
    const stopped = new Promise<never>((_, reject) => {
      stop = () => {
        clearTimeout(timer)
        reject(new AuthError('timeout', `${where} did not answer within ${timeout} ms.`))
      }
      timer = setTimeout(() => {
        // Of a page that was frozen the answer may be here, and be delivered next.
        timer = setTimeout(stop, timeout / 2)
      }, timeout / 2)
      if (!outlivesThePage) gone.addEventListener('abort', stop)
    })
    const init: RequestInit = {
      method: form ? 'POST' : 'GET',
      headers: { accept: 'application/json' },
      body: form ?? null,
      signal: abort.signal,
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'manual',
      referrerPolicy: 'no-referrer',
      keepalive: outlivesThePage,
    }
    try {
      // Without a prototype, so that what another script puts on Object.prototype is no setting.
      const answer = fetch(url, Object.setPrototypeOf(init, null)).then((response) => answerOf(response, where))
      return await Promise.race([answer, stopped])
    } catch (error) {
      throw error instanceof AuthError
        ? error
        : new AuthError('network', `No answer from ${where}: offline, or no CORS for this origin.`)
    } finally {
      clearTimeout(timer)
      gone.removeEventListener('abort', stop)
      // What was not read to its end, an answer that is late or the body of an error, would hold its connection.
      abort.abort()
    }
  }
}

async function answerOf(response: Response, where: string): Promise<HttpAnswer> {
  const { status, headers, type } = response
  if (status >= 500 || status === 429) {
    const after = headers.get('retry-after') ?? ''
    const retryAfter = /^\d+$/.test(after) ? Number(after) * 1000 : Date.parse(after) - Date.now()
    throw new AuthError('network', `${where} answered ${status}.`, {
      retryAfter: retryAfter > 0 ? retryAfter : undefined,
    })
  }
  const text = await textOf(response)
  if (text === undefined || type === 'opaqueredirect' || (status >= 300 && status < 400))
    throw new AuthError('provider_invalid', `${where} answered a redirect or too much.`)
  return { status, json: objectIn(text) }
}

const objectIn = (text: string): HttpAnswer['json'] =>
  trying(() => {
    const json: unknown = JSON.parse(text)
    return typeof json === 'object' && json && !Array.isArray(json)
      ? ownProperties(json as Record<string, unknown>)
      : undefined
  })

/** `undefined`: longer than anything a provider has to say. */
async function textOf({ body }: Response): Promise<string | undefined> {
  const reader = body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  for (let left = FOUR_MEBIBYTES; reader; ) {
    const { done, value } = await reader.read()
    if (done) break
    left -= value.byteLength
    if (left < 0) return void reader.cancel().catch(() => {})
    text += decoder.decode(value, { stream: true })
  }
  return text + decoder.decode()
}
