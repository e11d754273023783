import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AccessToken, createTokenValidation } from './access-token.ts'
import type { Challenges, Refusals } from './challenge.ts'
import { credentialsOf } from './credentials.ts'
import { createPossessionCheck } from './possession.ts'
import type { Trouble } from './trouble.ts'

/** What a token must bring along. */
export interface Demand {
  readonly scope?: string
  /** How the person must have signed in. */
  readonly acr?: string
  /** Seconds since the person has signed in, at most. */
  readonly maxAge?: number
}

interface Surroundings {
  readonly issuer: string
  readonly audience: string
  readonly challenges: Challenges
  readonly trouble: Trouble
}

/** Answers the token that the request came with, or throws the refusal that it is to be answered with. */
export function createGuard({ issuer, audience, challenges, trouble }: Surroundings) {
  const validate = createTokenValidation({ issuer, audience })
  const checkPossession = createPossessionCheck({ challenges, isNonceRequired: trouble.requiresNonce })

  return async (request: IncomingMessage, response: ServerResponse, demand: Demand): Promise<AccessToken> => {
    const { scheme, token: accessToken } = credentialsOf(request, challenges)
    const refusals = challenges.in(scheme)
    const token = await validate(accessToken, refusals)
    // A token says itself how it is to be sent, or a stolen one could be sent the other way (RFC 9449 section 7.2).
    if (scheme === 'Bearer' && token.boundTo !== undefined)
      throw refusals.invalidToken('The token is bound to a key and cannot be used as a bearer token.')
    if (scheme === 'DPoP') {
      if (token.boundTo === undefined) throw refusals.invalidToken('The token is bound to no key.')
      const { method = '', url = '' } = request
      const occasion = { method, url: new URL(url, audience).href, accessToken, thumbprint: token.boundTo }
      await checkPossession(request, response, occasion)
    }
    if (trouble.refuses(token)) throw refusals.invalidToken('The token was refused, as the demo asked for.')
    trouble.remember(token)
    checkDemand(token, demand, refusals)
    return token
  }
}

function checkDemand(token: AccessToken, { scope, acr, maxAge }: Demand, refusals: Refusals): void {
  if (scope !== undefined && !token.scopes.includes(scope)) throw refusals.insufficientScope(scope)
  const wanted = {
    ...(acr !== undefined && { acr_values: acr }),
    ...(maxAge !== undefined && { max_age: `${maxAge}` }),
  }
  if (acr !== undefined && token.acr !== acr) throw refusals.loginTooWeak('This needs a stronger sign-in.', wanted)
  if (maxAge !== undefined && !isRecent(token, maxAge))
    throw refusals.loginTooWeak('This needs a more recent sign-in.', wanted)
}

function isRecent({ authTime }: AccessToken, maxAge: number): boolean {
  return authTime !== undefined && Date.now() / 1000 - authTime <= maxAge
}
