// @vitest-environment node
import { base64url } from 'jose'
import { changes } from 'latchkey/testing'
import { expect, it } from 'vitest'
import { backFromProvider } from '../browser.ts'
import { expectSignedOut } from '../outcome.ts'

const SHA256_OF = '3031300d060960864801650304020105000420'

/** RFC 8017 9.2: what a signature is once the public key was applied to it; with the exponent 1, the signature itself. */
async function paddedHashOf(text: string, length: number): Promise<Uint8Array> {
  const hash = Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  const end = Buffer.concat([Buffer.from([0]), Buffer.from(SHA256_OF, 'hex'), hash])
  return Buffer.concat([Buffer.from([0, 1]), Buffer.alloc(length - end.length - 2, 0xff), end])
}

it.each(['AQ', 'AAAB'])(
  'E09 a key with the exponent 1 (%s) verifies what nobody signed, and is passed over',
  async (e) => {
    const { auth, provider } = await backFromProvider()
    provider.faults.jwks.always(changes(({ keys }) => ({ keys: (keys as object[]).map((key) => ({ ...key, e })) })))
    provider.faults.token.once(
      changes(async (body) => {
        const [header, payload] = String(body.id_token).split('.')
        const forged = await paddedHashOf(`${header}.${payload}`, 256)
        return { ...body, id_token: `${header}.${payload}.${base64url.encode(forged)}` }
      }),
    )
    expectSignedOut(await auth.start(), 'token_invalid')
    expect(provider.requestsTo('jwks')).toHaveLength(2)
  },
)
