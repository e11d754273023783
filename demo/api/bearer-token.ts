import type { IncomingMessage } from 'node:http'
import type { Challenges } from './challenge.ts'

/** The token as RFC 6750 section 2.1 sends it. One in the query or the body is not looked at. */
export function bearerTokenOf(request: IncomingMessage, challenges: Challenges): string {
  const [header = '', ...others] = request.headersDistinct.authorization ?? []
  if (others.length > 0) throw challenges.sentTwice()
  const [scheme = '', token] = header.trim().split(/ +(.*)/)
  if (scheme.toLowerCase() !== 'bearer' || !token) throw challenges.noCredentials()
  return token
}
