import { AuthError } from '../contract/auth-error.ts'
import type { PendingAuthorization } from './authorization-url.ts'
import type { Server } from './discover.ts'
import { providerError } from './provider-error.ts'

/** The code of an authorization response that belongs to this pending login (RFC 6749 4.1.2, RFC 9207 2.4). */
export function codeOf(server: Server, query: string, { state }: PendingAuthorization): string {
  const response = new URLSearchParams(query)
  const only = (name: string) => {
    const [value, ...more] = response.getAll(name)
    if (more.length) throw refused(`"${name}" is there twice`)
    return value
  }
  const iss = only('iss')
  const error = only('error')
  const code = only('code')
  if (only('state') !== state) throw refused('"state" is not the one of this login')
  if (iss === undefined ? server.authorization_response_iss_parameter_supported : iss !== server.issuer)
    throw refused('"iss" is not this provider')
  if (error !== undefined) throw providerError(error, only('error_description'), [state, code ?? ''])
  if (!code || response.has('response')) throw refused('there is no code')
  return code
}

const refused = (why: string) => new AuthError('callback_invalid', `The callback was refused: ${why}.`)
