export type Secret = 'access token' | 'refresh token' | 'ID token' | 'code verifier'

/** An opaque one is known by the name it goes by. */
const NAMED: readonly [Secret, RegExp][] = [
  ['access token', /access_token\\?["']?\s*[=:]\s*\\?["']?[\w.~+/-]{20,}/],
  ['refresh token', /refresh_token\\?["']?\s*[=:]\s*\\?["']?[\w.~+/-]{20,}/],
  ['code verifier', /code_verifier\\?["']?\s*[=:]\s*\\?["']?[\w.~-]{43,}/],
  ['access token', /\b(?:bearer|dpop)\s+[\w.~+/-]{20,}/i],
]

const JWT = /\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]{20,}/g

/** What a text gives away, if anything. */
export function secretsIn(text: string): readonly Secret[] {
  const named = NAMED.filter(([, pattern]) => pattern.test(text)).map(([secret]) => secret)
  const signed = [...text.matchAll(JWT)].map(([token]) => kindOf(token))
  return [...new Set([...named, ...signed])]
}

/** RFC 9068 section 2.1: an access token says in its header that it is one. */
function kindOf(token: string): Secret {
  try {
    const [header = ''] = token.split('.')
    const { typ } = JSON.parse(atob(header.replaceAll('-', '+').replaceAll('_', '/')))
    return /^(application\/)?at\+jwt$/i.test(typ) ? 'access token' : 'ID token'
  } catch {
    return 'ID token'
  }
}

/** Whatever a thing can be read as. */
export function textOf(value: unknown): string {
  const readable = opened('', value)
  if (typeof readable === 'string') return readable
  try {
    return JSON.stringify(readable, opened) ?? ''
  } catch {
    return ''
  }
}

/** What JSON leaves shut. */
function opened(_: string, value: unknown): unknown {
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return decoder.decode(value)
  if (value instanceof Error) return `${value.message} ${value.stack}`
  if (value instanceof URLSearchParams) return value.toString()
  if (value instanceof Request) return `${value.url} ${textOf(value.headers)}`
  if (value instanceof Headers || value instanceof Map || value instanceof Set) return [...value]
  return value
}

// Taken before anybody listens in on it.
const decoder = new TextDecoder()
