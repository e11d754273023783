import { AuthError } from '../contract/auth-error.ts'

/** All these scopes, each once and in order, separated by spaces (RFC 6749 3.3). */
export function scopesOf(...scopes: unknown[]): string {
  const texts = scopes.flat(2).filter((scope) => scope !== undefined)
  if (!texts.every((text) => typeof text === 'string'))
    throw new AuthError('configuration', 'Option `scope` must be text or a list.')
  return [...new Set(texts.join(' ').split(/\s+/))].filter(Boolean).join(' ')
}
