import { AuthError, type StepUp } from '../contract/auth-error.ts'
import { bearerChallenge } from './bearer-challenge.ts'

const challengeOf = ({ headers }: Response) => bearerChallenge(headers.get('www-authenticate'))

/**
 * Whether the 401 may mean the token (RFC 6750 3.1). Without CORS exposure the challenge is invisible and the status must do;
 * a challenge for another scheme, or another error, is the caller's.
 */
export function mayHelpToRefresh(response: Response): boolean {
  const challenge = challengeOf(response)
  if (!challenge) return !/^\s*(basic|digest|negotiate|dpop)\b/i.test(response.headers.get('www-authenticate') ?? '')
  return (challenge.get('error') ?? 'invalid_token') === 'invalid_token'
}

/** RFC 9470 section 3; `undefined` where the 401 asks for no other login. */
export function stepUpRequired(response: Response, accessToken: string): AuthError | undefined {
  const challenge = challengeOf(response)
  if (challenge?.get('error') !== 'insufficient_user_authentication') return undefined
  // An API that repeats what it was shown must not get it into an error.
  const said = (name: string) => {
    const value = challenge.get(name)
    return value?.includes(accessToken) ? undefined : value
  }
  const maxAge = said('max_age')
  const stepUp: StepUp = {
    acrValues: said('acr_values'),
    maxAge: /^\d{1,9}$/.test(maxAge ?? '') ? Number(maxAge) : undefined,
    scope: said('scope'),
  }
  return new AuthError('step_up_required', 'The API wants another login: call login({ stepUp: error.stepUp }).', {
    stepUp,
  })
}
