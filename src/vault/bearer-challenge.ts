const TOKEN = "[\\w!#$%&'*+.^`|~-]+"
const PART = new RegExp(`(${TOKEN})(?:\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${TOKEN})))?`, 'g')

/**
 * The parameters of the Bearer challenge in a `WWW-Authenticate` header (RFC 9110 11.6.1, RFC 6750 3), which can hold several
 * challenges. A word without a value begins the next one. Answers `undefined` where there is none; never throws.
 */
export function bearerChallenge(header: string | null): ReadonlyMap<string, string> | undefined {
  let found: Map<string, string> | undefined
  let inBearer = false
  for (const [, name = '', quoted, plain] of (header ?? '').matchAll(PART)) {
    const value = quoted?.replace(/\\(.)/g, '$1') ?? plain
    if (value === undefined) {
      inBearer = name.toLowerCase() === 'bearer'
      if (inBearer) found ??= new Map()
    } else if (inBearer) found?.set(name.toLowerCase(), value)
  }
  return found
}
