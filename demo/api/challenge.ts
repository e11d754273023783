import { HttpError } from '../http/http-error.ts'

type Parameters = Readonly<Record<string, string>>

/** Says no as RFC 6750 section 3 wants it, and where to read how to get a token that would do (RFC 9728 section 5.1). */
export function createChallenges(metadataUrl: string) {
  const headers = (parameters: Parameters) => ({
    'WWW-Authenticate': challenge({ ...parameters, resource_metadata: metadataUrl }),
  })
  const withError = (status: number, error: string, words: string, more: Parameters = {}) =>
    new HttpError(status, words, headers({ error, error_description: words, ...more }), error)
  return {
    /** Nothing was offered, so nothing was wrong: no error code (RFC 6750 section 3.1). */
    noCredentials: () => new HttpError(401, 'An access token is needed.', headers({}), 'unauthorized'),
    sentTwice: () => withError(401, 'invalid_request', 'The access token was sent more than once.'),
    invalidToken: (why: string) => withError(401, 'invalid_token', why),
    insufficientScope: (scope: string) => withError(403, 'insufficient_scope', 'The scope is too small.', { scope }),
    /** RFC 9470 section 3. */
    loginTooOld: (maxAge: number) =>
      withError(401, 'insufficient_user_authentication', 'This needs a more recent sign-in.', { max_age: `${maxAge}` }),
  }
}

export type Challenges = ReturnType<typeof createChallenges>

function challenge(parameters: Parameters): string {
  return `Bearer ${Object.entries(parameters)
    .map(([name, value]) => `${name}="${value}"`)
    .join(', ')}`
}
