import { createHmac } from 'node:crypto'

/**
 * A JWT with whatever header and payload, which jose would not sign: ES256 with a private key, HS256 to HS512 with a
 * secret. `undefined` leaves a member out.
 */
export async function signed(header: object, payload: object, key: CryptoKey | Uint8Array): Promise<string> {
  const input = `${encoded(header)}.${encoded(payload)}`
  return `${input}.${(await signature(header, input, key)).toString('base64url')}`
}

export function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

async function signature(header: { alg?: unknown }, input: string, key: CryptoKey | Uint8Array): Promise<Buffer> {
  if (key instanceof Uint8Array)
    return createHmac(`sha${String(header.alg).slice(2)}`, key)
      .update(input)
      .digest()
  return Buffer.from(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, Buffer.from(input)))
}
