import { constants, KeyObject, sign } from 'node:crypto'
import type { SigningKey } from 'latchkey/testing'
import type { Json } from './json.ts'

/** RFC 7515 5.1, with whatever header. */
export function written(header: Json, payload: Json, { alg, privateKey }: SigningKey): string {
  const input = [header, payload].map((text) => Buffer.from(text).toString('base64url')).join('.')
  const key = KeyObject.from(privateKey)
  const padding = alg === 'PS256' ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } : {}
  const signature = sign(alg === 'EdDSA' ? null : 'sha256', Buffer.from(input), {
    key,
    dsaEncoding: 'ieee-p1363',
    ...padding,
  })
  return `${input}.${signature.toString('base64url')}`
}

export const headerOf = (jwt: string): Record<string, unknown> => partOf(jwt, 0)
export const payloadOf = (jwt: string): Record<string, unknown> => partOf(jwt, 1)

const partOf = (jwt: string, index: number) =>
  JSON.parse(Buffer.from(jwt.split('.')[index] ?? '', 'base64url').toString())
