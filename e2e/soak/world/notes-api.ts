import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify } from 'jose'
import { listen } from '../../../demo/http/listen.ts'

/** An API that knows what time it is. Calls `expired` with the age of an expired token that comes, in milliseconds. */
export interface NotesApi {
  readonly url: string
  readonly close: () => Promise<void>
  /** How many requests it has let in, and refused because the token had expired, or for another reason. */
  readonly served: () => number
  readonly expired: () => number
  readonly refused: () => number
  readonly goTo: (time: number) => void
  /** Every token that is out there is refused from now on. */
  readonly refuse: () => void
  /** Reads the provider's keys again before the next request. */
  readonly forgetKeys: () => void
}

/** As an answer of the provider may take, which is when a lifetime begins to be counted. */
const TEN_SECONDS = 10

export async function startNotesApi(
  keysAt: string,
  issuer: string,
  start: number,
  expired: (age: number) => void,
): Promise<NotesApi> {
  let now = start
  let keys: Promise<JSONWebKeySet> | undefined
  let refusedUntil = 0
  const counts = { served: 0, expired: 0, refused: 0 }
  const { origin, close } = await listen(0, () => async (request, response) => {
    response.setHeader('access-control-allow-origin', '*')
    response.setHeader('access-control-allow-headers', 'authorization')
    response.setHeader('access-control-expose-headers', 'www-authenticate')
    response.setHeader('access-control-max-age', '86400')
    if (request.method === 'OPTIONS') return void response.writeHead(204).end()
    const outcome = await verdict(request.headers.authorization?.replace('Bearer ', '') ?? '')
    counts[outcome] += 1
    if (outcome === 'served') return void response.end('ok')
    response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end()
  })
  const url = `${origin}/`
  return {
    url,
    close,
    served: () => counts.served,
    expired: () => counts.expired,
    refused: () => counts.refused,
    goTo(time) {
      now = time
    },
    refuse() {
      refusedUntil = Math.floor(now / 1_000)
    },
    forgetKeys() {
      keys = undefined
    },
  }

  async function verdict(token: string): Promise<keyof typeof counts> {
    // On a connection of its own: one that was kept may be closed just when it is used again.
    keys ??= fetch(keysAt, { headers: { connection: 'close' } }).then((response) => response.json())
    const set = createLocalJWKSet(await keys)
    try {
      const { payload } = await jwtVerify(token, set, {
        issuer,
        audience: url,
        typ: 'at+jwt',
        currentDate: new Date(now),
        clockTolerance: TEN_SECONDS,
      })
      return Number(payload.iat) < refusedUntil ? 'refused' : 'served'
    } catch (error) {
      if (!(error instanceof errors.JWTExpired)) return 'refused'
      expired(now - Number(error.payload.iat) * 1_000)
      return 'expired'
    }
  }
}
