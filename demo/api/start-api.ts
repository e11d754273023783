import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { allowCrossOrigin } from '../http/cross-origin.ts'
import { HttpError } from '../http/http-error.ts'
import { type Listening, listen } from '../http/listen.ts'
import { readJson } from '../http/read-body.ts'
import { sendError, sendJson } from '../http/send.ts'
import { createChallenges } from './challenge.ts'
import { PROOF_ALGORITHMS } from './dpop-proof.ts'
import { createGuard } from './guard.ts'
import { createNotebooks } from './notes.ts'
import { createResources } from './resources.ts'
import { createTrouble, isWish } from './trouble.ts'

interface Options {
  readonly port: number
  readonly issuer: string
  readonly appOrigins: readonly string[]
  /** The API's identifier. Default: where it listens. */
  readonly url?: string
  /** DPoP proofs must carry a nonce of ours (RFC 9449 section 9). Default false. */
  readonly requireNonce?: boolean
}

type Known = Omit<Options, 'port'> & { readonly url: string }

export interface RunningApi {
  readonly url: string
  readonly close: Listening['close']
}

const METADATA = '/.well-known/oauth-protected-resource'
const PERMISSION = {
  methods: ['GET', 'POST', 'DELETE'],
  requestHeaders: ['Authorization', 'Content-Type', 'DPoP'],
  exposed: ['WWW-Authenticate', 'DPoP-Nonce', 'Retry-After'],
}

/** An API with a notebook for everybody who brings an access token of `issuer`. */
export async function startApi({ port, ...options }: Options): Promise<RunningApi> {
  const { origin, close } = await listen(port, (own) => answerFor(own, { url: `${own}/`, ...options }))
  return { url: options.url ?? `${origin}/`, close }
}

function answerFor(origin: string, { url, issuer, appOrigins, requireNonce = false }: Known): RequestListener {
  const trouble = createTrouble({ requireNonce })
  const challenges = createChallenges({ metadataUrl: origin + METADATA, algorithms: PROOF_ALGORITHMS })
  const guard = createGuard({ issuer, audience: url, challenges, trouble })
  const operationFor = createResources(createNotebooks())

  return async (request, response) => {
    response.setHeader('X-Content-Type-Options', 'nosniff')
    if (allowCrossOrigin(request, response, { origins: appOrigins, ...PERMISSION })) return
    try {
      await answer(request, response)
    } catch (error) {
      sendError(response, error)
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '' } = request
    const [path = ''] = (request.url ?? '').split('?')
    if (method === 'GET' && path === METADATA) return sendJson(response, 200, metadataFor(url, issuer))
    if (method === 'POST' && path === '/demo/trouble') return makeTrouble(request, response)
    const { operation, id } = operationFor(method, path)
    const token = await guard(request, response, operation)
    const { status, body } = await operation.answer(token, request, id)
    if (body === undefined) response.writeHead(status).end()
    else sendJson(response, status, body)
  }

  async function makeTrouble(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const wish = await readJson(request)
    if (!isWish(wish))
      throw new HttpError(400, 'Ask for "refuse": "once", "always" or "none", or "requireNonce": true or false.')
    trouble.make(wish)
    sendJson(response, 200, wish)
  }
}

/** RFC 9728 section 2. */
function metadataFor(url: string, issuer: string) {
  return {
    resource: url,
    resource_name: 'Notes',
    authorization_servers: [issuer],
    scopes_supported: ['notes:read', 'notes:write'],
    bearer_methods_supported: ['header'],
    dpop_signing_alg_values_supported: PROOF_ALGORITHMS,
    dpop_bound_access_tokens_required: false,
  }
}
