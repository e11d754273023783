const TOKEN = "[\\w!#$%&'*+.^`|~-]+"
const PARAMETER = `(${TOKEN})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${TOKEN}))`
// A scheme where a new element begins, otherwise a token68, which can have a slash in it.
const WORD = "([\\w!#$%&'*+.^`|~/-]+)=*"
const PART = new RegExp(`(?:(,)\\s*)?(?:${PARAMETER}|${WORD})`, 'g')

/**
 * The parameters of the Bearer challenge in a `WWW-Authenticate` header (RFC 9110 11.6.1, RFC 6750 3), which can hold several
 * challenges. Answers `undefined` where there is none; never throws.
 */
export function bearerChallenge(header: string | null): ReadonlyMap<string, string> | undefined {
  let found: Map<string, string> | undefined
  let inBearer = false
  for (const [, begins, name, quoted, plain = '', word] of `,${header ?? ''}`.matchAll(PART)) {
    if (word && begins) {
      inBearer = word.toLowerCase() === 'bearer'
      if (inBearer) found ??= new Map()
    } else if (name && inBearer) found?.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain)
  }
  return found
}
