import { ownProperties } from '../own-properties.ts'
import { forgetMatch } from '../secret-text.ts'
import { bytesOf } from './encoding.ts'

const STRING_OR_NAME = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/g

/**
 * The header (0) or the payload (1) of a JWT: a JSON object in UTF-8 (RFC 7519 7.2). Throws for anything else, and for a
 * member that is there twice, which means one thing to one reader and another to the next (RFC 8725 2.4).
 */
export function partOf(jwt: string, index: 0 | 1): Record<string, unknown> {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(jwt.split('.')[index] ?? ''))
  // The reviver hears of each member once, and of the whole as one more.
  let members = -1
  const part = JSON.parse(text, function (this: unknown, _, value) {
    if (!Array.isArray(this)) members += 1
    return value
  })
  for (const [, isName] of text.matchAll(STRING_OR_NAME)) if (isName) members -= 1
  forgetMatch()
  if (members) throw new SyntaxError('A member is there twice')
  return ownProperties(part)
}
