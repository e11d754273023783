// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { firstVisit, returning } from '../browser.ts'
import { type Claims, comingBackWith, expectTokenRefused, withClaims } from '../coming-back.ts'
import { expectSignedOut } from '../outcome.ts'

/** What a login with conditions comes to when the ID token says this. */
async function loginAsking(asked: object, change: (claims: Claims) => Claims) {
  const stage = firstVisit()
  await stage.auth.login(asked)
  stage.provider.idToken.always({ claims: (claims) => ({ ...claims, ...change(claims) }) })
  return (await returning(stage)).auth.start()
}

describe('Types that only a lenient reader takes', () => {
  it.each([null, 42, {}, ''])('D05 an audience %j beside this client is refused, azp or not', async (junk) => {
    await expectTokenRefused(await withClaims({ aud: ['notes-spa', junk], azp: 'notes-spa' }))
  })

  it('D37 a list as typ is refused', async () => {
    await expectTokenRefused(await comingBackWith({ header: (header) => ({ ...header, typ: ['JWT'] }) }))
  })

  it.each([[['gold']], [{ 0: 'gold' }]])('A18 an acr that is no text meets no challenge: %j', async (acr) => {
    expectSignedOut(await loginAsking({ stepUp: { acrValues: 'gold' } }, () => ({ acr })), 'token_invalid')
  })

  it.each(['gold ', ' gold', 'gold  silver'])('A18 an empty acr does not meet %j', async (acrValues) => {
    expectSignedOut(await loginAsking({ stepUp: { acrValues } }, () => ({ acr: '' })), 'token_invalid')
  })

  const maxAge = { parameters: { max_age: '300' } }
  it('D46 an old login is refused although iat is as old', async () => {
    const old = ({ iat }: Claims) => ({ iat: Number(iat) - 86_400, auth_time: Number(iat) - 86_400 })
    expectSignedOut(await loginAsking(maxAge, old), 'token_invalid')
    expectSignedOut(await loginAsking(maxAge, () => ({ iat: 1, auth_time: 1 })), 'token_invalid')
  })

  it('D46 a login of tomorrow is refused', async () => {
    const ahead = ({ iat }: Claims) => ({ auth_time: Number(iat) + 86_400 })
    expectSignedOut(await loginAsking(maxAge, ahead), 'token_invalid')
    expect((await loginAsking(maxAge, ({ iat }) => ({ auth_time: iat }))).status).toBe('signed-in')
  })
})
