import type { Repeatable } from '../contract/vault.ts'
import type { Ask, PostedRequest, PostedResponse } from './messages.ts'

/** `fetch`, done by the vault's side under this number. */
export async function fetchBy(ask: Ask, request: Request, repeatable: Repeatable, id: number): Promise<Response> {
  const { signal } = request
  const cancel = () => void ask('cancel', id).catch(() => {})
  const stopped = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => {
      reject(signal.reason)
      cancel()
    }),
  )
  const answer = async () => {
    const posted = await packRequest(request, repeatable, id)
    signal.throwIfAborted()
    return ask('fetch', posted, posted.body instanceof ReadableStream ? [posted.body] : [])
  }
  const { init, shown, body } = await Promise.race([stopped, answer()])
  const pulled = () =>
    new ReadableStream<Uint8Array>({
      start: (controller) => void stopped.catch((reason) => controller.error(reason)),
      async pull(controller) {
        const piece = await ask('pull', id)
        if (piece) controller.enqueue(piece)
        else controller.close()
      },
      cancel,
    })
  return dressed(new Response(body === undefined ? pulled() : body, init), shown)
}

/** With what no constructor takes, also when it is cloned. */
const dressed = (response: Response, shown: PostedResponse['shown']): Response =>
  Object.assign(Object.defineProperties(response, shown), {
    clone: () => dressed(Response.prototype.clone.call(response), shown),
  })

/** All that a request is, in what can be posted. */
async function packRequest(request: Request, repeatable: Repeatable, id: number): Promise<PostedRequest> {
  const members: Record<string, unknown> = {}
  for (const name in request) {
    const value = request[name as keyof Request]
    if (Object(value) !== value) members[name] = value
  }
  return {
    id,
    repeatable,
    members,
    headers: [...request.headers],
    // Every other kind of body is a Blob already, or becomes one. A browser that sends streams can also transfer them.
    body: /^(GET|HEAD)$/.test(request.method)
      ? undefined
      : (repeatable === 'once' && request.body) || (await request.blob()),
  }
}
