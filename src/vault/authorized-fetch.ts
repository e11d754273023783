import { AuthError, type StepUp } from '../contract/auth-error.ts'
import type { Vault } from '../contract/vault.ts'
import { bearerChallenge } from './bearer-challenge.ts'
import type { Pass, SessionKeeper } from './session-keeper.ts'

/** Sends requests with the access token on them. Where they may go has been judged before. */
export function createAuthorizedFetch(
  fetch: typeof globalThis.fetch,
  keeper: Pick<SessionKeeper, 'pass' | 'newerPass'>,
): Vault['fetch'] {
  const send = async (request: Request, pass: Pass) => {
    // Set on the copy: what the caller, or a later attempt, has in hand holds no token.
    const signal = AbortSignal.any([request.signal, pass.session.signal])
    const { referrer, referrerPolicy } = request // Which a copy with anything new would lose.
    const authorized = new Request(request, { signal, referrer, referrerPolicy })
    authorized.headers.set('authorization', `Bearer ${pass.accessToken}`)
    // Not every `fetch` that an app brings listens.
    const response = await unlessAborted(signal, fetch(authorized))
    const challenge = response.status === 401 ? bearerChallenge(response.headers.get('www-authenticate')) : undefined
    if (challenge?.get('error') === 'insufficient_user_authentication') {
      discard(response)
      throw stepUpRequired(challenge, pass.accessToken)
    }
    return { response, refused: response.status === 401 && mayHelpToRefresh(response, challenge) }
  }

  return async (request, repeatable) => {
    const spare = repeatable === 'repeatable' ? request.clone() : undefined
    const pass = await unlessAborted(request.signal, keeper.pass())
    const { response, refused } = await send(request, pass)
    if (!refused || !spare) return response
    const newer = await unlessAborted(spare.signal, keeper.newerPass(pass)).catch((error) => {
      discard(response)
      throw error
    })
    if (!newer) return response
    discard(response)
    return (await send(spare, newer)).response
  }
}

/** A body that nobody reads would hold its connection. */
const discard = ({ body }: Response) => void body?.cancel().catch(() => {})

/**
 * Whether the 401 may mean the token (RFC 6750 3.1). Without CORS exposure the challenge is invisible and the status must do;
 * a challenge for another scheme, or another error, is the caller's.
 */
function mayHelpToRefresh(response: Response, challenge: ReadonlyMap<string, string> | undefined): boolean {
  if (!challenge) return !/^\s*(basic|digest|negotiate|dpop)\b/i.test(response.headers.get('www-authenticate') ?? '')
  return (challenge.get('error') ?? 'invalid_token') === 'invalid_token'
}

function stepUpRequired(challenge: ReadonlyMap<string, string>, accessToken: string): AuthError {
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

/** Only this caller stops waiting; what others share goes on. */
const unlessAborted = <Value>(signal: AbortSignal, shared: Promise<Value>): Promise<Value> =>
  new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop)
    shared.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
