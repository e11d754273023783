import type { IncomingMessage } from 'node:http'
import type { Challenges, Scheme } from './challenge.ts'

export interface Credentials {
  readonly scheme: Scheme
  readonly token: string
}

/** The token as RFC 6750 section 2.1 and RFC 9449 section 7.1 send it. One in the query or the body is not looked at. */
export function credentialsOf(request: IncomingMessage, challenges: Challenges): Credentials {
  const [header = '', ...others] = request.headersDistinct.authorization ?? []
  if (others.length > 0) throw challenges.sentTwice()
  const [word = '', token] = header.trim().split(/ +(.*)/)
  const scheme = SCHEMES.get(word.toLowerCase())
  if (!scheme || !token) throw challenges.noCredentials()
  return { scheme, token }
}

const SCHEMES: ReadonlyMap<string, Scheme> = new Map([
  ['bearer', 'Bearer'],
  ['dpop', 'DPoP'],
])
