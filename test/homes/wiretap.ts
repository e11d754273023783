import type { TestProvider } from 'latchkey/testing'
import { found } from '../leaks.ts'
import type { Browser } from './home.ts'

/** Tokens and verifiers that a worker has told a page, or a page a worker. */
export function leaksOverPorts({ workers }: Browser, { secrets, requestsTo }: TestProvider): string[] {
  const verifiers = requestsTo('token').flatMap(({ form }) => form.get('code_verifier') || [])
  const tokens = secrets.filter((secret) => /^refresh-|^ey[\w-]*\./.test(secret))
  const posted = [...workers].flatMap(({ heard, said }) => [...heard, ...said])
  return found(posted.map(textOf).join('\n'), [...verifiers, ...tokens])
}

/** Everything in a message, bytes too, as one text. */
function textOf(message: unknown): string {
  if (message instanceof Uint8Array) return Buffer.from(message).toString('latin1')
  if (typeof message !== 'object' || message === null) return String(message)
  return Object.entries(message)
    .map(([name, value]) => `${name} ${textOf(value)}`)
    .join('\n')
}
