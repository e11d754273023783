import type { Repeatable } from '../contract/vault.ts'
import { type PostedRequest, REQUEST_MEMBERS } from './messages.ts'

/** On the page's side: all that a request is, in what can be posted. */
export async function packRequest(request: Request, repeatable: Repeatable, id: number): Promise<PostedRequest> {
  const { method } = request
  return {
    ...(Object.fromEntries(REQUEST_MEMBERS.map((name) => [name, request[name]])) as Pick<
      Request,
      (typeof REQUEST_MEMBERS)[number]
    >),
    id,
    repeatable,
    headers: [...request.headers],
    // Every other kind of body is a Blob already, or becomes one. A browser that sends streams can also transfer them.
    body: /^(GET|HEAD)$/.test(method) ? undefined : (repeatable === 'once' && request.body) || (await request.blob()),
  }
}

/** On the vault's side. Throws a `TypeError` where `fetch` would. */
export function unpackRequest({ url, body, headers, referrer, ...init }: PostedRequest, signal: AbortSignal): Request {
  return new Request(url, {
    ...init,
    // The page's own address stays with the page.
    ...(referrer !== 'about:client' && { referrer }),
    ...(body && !('size' in body) && { duplex: 'half' }),
    // No body at all, or an empty one: nobody can tell them apart.
    body: body && !('size' in body && body.size === 0) ? body : null,
    headers: headers as [string, string][],
    signal,
  })
}
