// @vitest-environment node
import { base64url } from 'jose'
import { signingKey } from 'latchkey/testing'
import { expect, it } from 'vitest'
import { comingBackWith, expectTokenRefused, HEADER, signedByProvider } from '../coming-back.ts'

const withJunk = (json: Uint8Array) =>
  Buffer.concat([Buffer.from('{"x":"'), Buffer.from([0xff, 0xfe]), Buffer.from('",'), json.subarray(1)])

// RFC 7519 7.2 (3, 10): both parts are UTF-8. Otherwise two different subjects become one.
it('D41 A payload that is no UTF-8 is refused', async () => {
  const token = (jwt: string) => signedByProvider(HEADER, withJunk(base64url.decode(jwt.split('.')[1] ?? '')))
  await expectTokenRefused(await comingBackWith({ token }))
})

it('D41 A header that is no UTF-8 is refused', async () => {
  const { privateKey } = await signingKey('RS256', 'RS256-1')
  const token = async (jwt: string) => {
    const input = `${base64url.encode(withJunk(Buffer.from(JSON.stringify(HEADER))))}.${jwt.split('.')[1]}`
    const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', privateKey, Buffer.from(input))
    return `${input}.${base64url.encode(new Uint8Array(signature))}`
  }
  await expectTokenRefused(await comingBackWith({ token }))
})

it('D41 Text of every script is taken', async () => {
  const { state } = await comingBackWith({ claims: (claims) => ({ ...claims, name: 'Ада 阿达 👩‍💻' }) })
  expect(state).toMatchObject({ session: { user: { name: 'Ада 阿达 👩‍💻' } } })
})
