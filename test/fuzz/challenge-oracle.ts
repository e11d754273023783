/**
 * The challenges in a `WWW-Authenticate` header, read by the grammar of RFC 9110 11.2, 11.3 and 11.6.1, one rule after
 * the other; `undefined` for a header that breaks it.
 *
 *   WWW-Authenticate = #challenge
 *   challenge        = auth-scheme [ 1*SP ( token68 / #auth-param ) ]
 *   auth-param       = token BWS "=" BWS ( token / quoted-string )
 */
export interface Challenge {
  readonly scheme: string
  readonly token68?: string
  /** By their names in small letters. */
  readonly parameters: ReadonlyMap<string, string>
}

const ELEMENT = /^(?:[^",]|"(?:[^"\\]|\\.)*")*/s
const SCHEME = /^([!#$%&'*+.^_`|~\w-]+)(?:$| +)/
const PARAMETER = /^([!#$%&'*+.^_`|~\w-]+)[ \t]*=[ \t]*(?:([!#$%&'*+.^_`|~\w-]+)|"((?:[^"\\]|\\.)*)")$/s
const TOKEN68 = /^[\w.~+/-]+=*$/

export function challengesIn(header: string): Challenge[] | undefined {
  const challenges: (Challenge & { readonly parameters: Map<string, string> })[] = []
  for (const element of elementsOf(header)) {
    let text = element
    // What is no parameter begins a challenge: a parameter has "=" behind its first word, a challenge has not.
    const isParameter = PARAMETER.test(text) && challenges.length > 0
    if (!isParameter) {
      const [whole = '', scheme] = SCHEME.exec(text) ?? []
      if (!scheme) return undefined
      challenges.push({ scheme: scheme.toLowerCase(), parameters: new Map() })
      text = text.slice(whole.length)
      if (text === '') continue
    }
    const last = challenges.at(-1)
    const [, name, token, quoted] = PARAMETER.exec(text) ?? []
    if (!last || last.token68) return undefined
    if (name) {
      if (last.parameters.has(name.toLowerCase())) return undefined
      last.parameters.set(name.toLowerCase(), token ?? quoted?.replace(/\\(.)/gs, '$1') ?? '')
    } else if (!isParameter && TOKEN68.test(text)) challenges[challenges.length - 1] = { ...last, token68: text }
    else return undefined
  }
  return challenges
}

/** RFC 9110 5.6.1: empty elements count for nothing. */
function elementsOf(header: string): string[] {
  const elements: string[] = []
  for (let rest = header; ; ) {
    const element = ELEMENT.exec(rest)?.[0] ?? ''
    elements.push(element.replace(/^[ \t]+|[ \t]+$/g, ''))
    rest = rest.slice(element.length)
    if (rest === '') break
    // An unclosed quote ends the sense of it.
    if (!rest.startsWith(',')) return ['"']
    rest = rest.slice(1)
  }
  return elements.filter(Boolean)
}
