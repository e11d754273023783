import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { HttpError } from './http-error.ts'

export function sendJson(response: ServerResponse, status: number, body: unknown, headers?: OutgoingHttpHeaders): void {
  response
    .writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers })
    .end(JSON.stringify(body))
}

/** What went wrong, without a stack, a token, or anything else that the asker did not know. */
export function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const { status, code, message, headers } =
    error instanceof HttpError ? error : new HttpError(500, 'Something went wrong.', {}, 'server_error')
  sendJson(response, status, { error: code, error_description: message }, headers)
}
