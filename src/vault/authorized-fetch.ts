import type { Vault } from '../contract/vault.ts'
import type { Home } from './home.ts'
import type { Pass, SessionKeeper } from './session.ts'

/** Sends requests with the access token on them. Where they may go has been judged before. */
export function createAuthorizedFetch(
  fetch: typeof globalThis.fetch,
  keeper: Pick<SessionKeeper, 'pass' | 'newerPass'>,
  seldom: Home['seldom'],
): Vault['fetch'] {
  /** While a response is read, what aborts it: WebKit forgets signals that depend on others once nobody holds them. */
  const held = new WeakMap<Response, readonly unknown[]>()
  const send = async (request: Request, pass: Pass) => {
    // Set on the copy: what the caller, or a later attempt, has in hand holds no token.
    const signal = AbortSignal.any([request.signal, pass.session.signal])
    const { referrer, referrerPolicy } = request // Which a copy with anything new would lose.
    const authorized = new Request(request, { signal, referrer, referrerPolicy })
    authorized.headers.set('authorization', `Bearer ${pass.accessToken}`)
    // Not every `fetch` that an app brings listens.
    const response = await unlessAborted(signal, fetch(authorized))
    held.set(response, [signal, authorized])
    if (response.status !== 401) return { response, refused: false }
    const { mayHelpToRefresh, stepUpRequired } = await seldom()
    const stepUp = stepUpRequired(response, pass.accessToken)
    if (!stepUp) return { response, refused: mayHelpToRefresh(response) }
    discard(response)
    throw stepUp
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

/** Only this caller stops waiting; what others share goes on. */
const unlessAborted = <Value>(signal: AbortSignal, shared: Promise<Value>): Promise<Value> =>
  new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop)
    shared.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
