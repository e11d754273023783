import type { IncomingMessage } from 'node:http'
import { type AccessToken, createTokenValidation } from './access-token.ts'
import { bearerTokenOf } from './bearer-token.ts'
import type { Challenges } from './challenge.ts'
import type { Trouble } from './trouble.ts'

/** What a token must bring along. */
export interface Demand {
  readonly scope?: string
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
  const validate = createTokenValidation({ issuer, audience, challenges })

  return async (request: IncomingMessage, { scope, maxAge }: Demand): Promise<AccessToken> => {
    const token = await validate(bearerTokenOf(request, challenges))
    if (trouble.refuses(token)) throw challenges.invalidToken('The token was refused, as the demo asked for.')
    trouble.remember(token)
    if (scope !== undefined && !token.scopes.includes(scope)) throw challenges.insufficientScope(scope)
    if (maxAge !== undefined && !isRecent(token, maxAge)) throw challenges.loginTooOld(maxAge)
    return token
  }
}

function isRecent({ authTime }: AccessToken, maxAge: number): boolean {
  return authTime !== undefined && Date.now() / 1000 - authTime <= maxAge
}
