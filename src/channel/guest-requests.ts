import { AuthError } from '../contract/auth-error.ts'
import type { Vault } from '../contract/vault.ts'
import type { PostedRequest, PostedResponse } from './messages.ts'
import { unpackRequest } from './portable-request.ts'
import { type OpenBody, packResponse } from './response-body.ts'

interface Open {
  readonly stop: AbortController
  readonly keepalive: boolean
  isLeft?: boolean
  rest?: OpenBody | undefined
}

/** The requests of one page, from the first word to the last byte. */
export function createGuestRequests(fetch: Vault['fetch']) {
  const open = new Map<number, Open>()
  const cancel = (id: number) => {
    const one = open.get(id)
    open.delete(id)
    // First, as nothing is left to be cancelled of a body that was aborted.
    one?.rest?.cancel()
    one?.stop.abort()
  }
  return {
    cancel,
    async fetch(posted: PostedRequest): Promise<PostedResponse> {
      const { id, members, repeatable } = posted
      if (open.has(id)) throw new AuthError('configuration', 'There is a request of this number already.')
      const one: Open = { stop: new AbortController(), keepalive: members.keepalive === true }
      const request = asRequest(posted, one.stop.signal)
      open.set(id, one)
      try {
        const { head, rest } = await packResponse(await fetch(request, repeatable))
        one.rest = rest
        if (one.stop.signal.aborted || one.isLeft) rest?.cancel()
        if (!rest) open.delete(id)
        return head
      } catch (error) {
        open.delete(id)
        throw error
      }
    },
    async pull(id: number): Promise<Uint8Array | undefined> {
      const piece = await open
        .get(id)
        ?.rest?.pull()
        .catch((error) => {
          open.delete(id)
          throw error
        })
      if (!piece) open.delete(id)
      return piece
    },
    /** The page is gone. A request with `keepalive` goes on; what it is answered nobody reads, and unread it would hold a connection. */
    leave() {
      for (const [id, one] of [...open]) {
        one.isLeft = true
        if (one.keepalive) one.rest?.cancel()
        else cancel(id)
      }
    },
  }
}

function asRequest(posted: PostedRequest, signal: AbortSignal): Request {
  try {
    return unpackRequest(posted, signal)
  } catch {
    throw new AuthError('configuration', 'fetch() would refuse this method, header or body.')
  }
}
