import type { PostedResponse } from './messages.ts'

/** On the page's side: a response as `fetch` answers it. */
export function unpackResponse(
  { body, hasMore, ...head }: PostedResponse,
  rest: Pick<UnderlyingDefaultSource<Uint8Array>, 'start' | 'pull' | 'cancel'>,
): Response {
  const content = hasMore
    ? new ReadableStream<Uint8Array>({
        ...rest,
        start(controller) {
          if (body?.length) controller.enqueue(body)
          rest.start?.(controller)
        },
      })
    : body
  // No constructor takes the status of a redirect that was not followed.
  return dressed(new Response(content ?? null, head.status ? (head as object) : {}), head)
}

/** What no constructor takes. */
function dressed(response: Response, head: object): Response {
  const { clone } = response
  for (const [name, value] of Object.entries(head))
    if (name !== 'headers') Object.defineProperty(response, name, { value })
  response.clone = () => dressed(clone.call(response), head)
  return response
}
