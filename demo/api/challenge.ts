import { HttpError } from '../http/http-error.ts'

export type Scheme = 'Bearer' | 'DPoP'

type Parameters = Readonly<Record<string, string>>

const BOTH: readonly Scheme[] = ['Bearer', 'DPoP']

interface Hints {
  /** Where to read how to get a token that would do (RFC 9728 section 5.1). */
  readonly metadataUrl: string
  /** What a DPoP proof may be signed with. */
  readonly algorithms: readonly string[]
}

export type Challenges = ReturnType<typeof createChallenges>

/** How each scheme says what is wrong with a token. */
export type Refusals = ReturnType<Challenges['in']>

/** Says no as RFC 6750 section 3 and RFC 9449 section 7.1 want it: errors in the scheme that was used, in no other. */
export function createChallenges({ metadataUrl, algorithms }: Hints) {
  const hints: Readonly<Record<Scheme, Parameters>> = {
    Bearer: { resource_metadata: metadataUrl },
    DPoP: { algs: algorithms.join(' '), resource_metadata: metadataUrl },
  }
  const challenge = (schemes: readonly Scheme[], parameters: Parameters = {}) => ({
    'WWW-Authenticate': schemes.map((scheme) => written(scheme, { ...parameters, ...hints[scheme] })).join(', '),
  })
  const refusal = (schemes: readonly Scheme[], status: number, error: string, words: string, more: Parameters = {}) =>
    new HttpError(status, words, challenge(schemes, { error, error_description: words, ...more }), error)

  return {
    /** Nothing was offered, so nothing was wrong: no error code (RFC 6750 section 3.1). */
    noCredentials: () => new HttpError(401, 'An access token is needed.', challenge(BOTH), 'unauthorized'),
    sentTwice: () => refusal(BOTH, 401, 'invalid_request', 'The access token was sent more than once.'),
    invalidProof: (why: string) => refusal(['DPoP'], 401, 'invalid_dpop_proof', why),
    /** RFC 9449 section 9. The nonce itself is in a header of its own. */
    nonceNeeded: () => refusal(['DPoP'], 401, 'use_dpop_nonce', 'The proof needs a new nonce.'),
    in: (scheme: Scheme) => ({
      invalidToken: (why: string) => refusal([scheme], 401, 'invalid_token', why),
      insufficientScope: (scope: string) =>
        refusal([scheme], 403, 'insufficient_scope', 'The scope is too small.', { scope }),
      /** RFC 9470 section 3. Names all that a sign-in must bring, so that one is enough. */
      loginTooWeak: (words: string, wanted: Parameters) =>
        refusal([scheme], 401, 'insufficient_user_authentication', words, wanted),
    }),
  }
}

function written(scheme: Scheme, parameters: Parameters): string {
  return `${scheme} ${Object.entries(parameters)
    .map(([name, value]) => `${name}="${value}"`)
    .join(', ')}`
}
