import type { OutgoingHttpHeaders } from 'node:http'

/** An answer that is no: thrown where it is noticed, sent where the request came in. */
export class HttpError extends Error {
  override readonly name = 'HttpError'

  constructor(
    readonly status: number,
    message: string,
    readonly headers: OutgoingHttpHeaders = {},
    readonly code = 'invalid_request',
  ) {
    super(message)
  }
}
