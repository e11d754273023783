import type { IncomingMessage } from 'node:http'
import { HttpError } from './http-error.ts'

const TEN_KILOBYTES = 10_000

/** The whole body, if it is of `contentType`: another type could be sent by any page without asking first. */
export async function readBody(request: IncomingMessage, contentType: string): Promise<string> {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';')
  if (type.trim().toLowerCase() !== contentType) throw new HttpError(415, `The body must be ${contentType}.`)
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > TEN_KILOBYTES) throw new HttpError(413, 'The body is too large.', { Connection: 'close' })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

export async function readJson(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const text = await readBody(request, 'application/json')
  const value = parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new HttpError(400, 'The body must be a JSON object.')
  }
  return value as Record<string, unknown>
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new HttpError(400, 'The body is not JSON.')
  }
}
