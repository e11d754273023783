// @vitest-environment node
import { answers, signingKey } from 'latchkey/testing'
import { describe, it } from 'vitest'
import { backFromProvider } from '../browser.ts'
import { expectTokenRefused, withClaims } from '../coming-back.ts'
import { expectSignedOut } from '../outcome.ts'

/** As with a page where another script has put something on every object. */
async function polluted<Result>(name: string, value: unknown, step: () => Promise<Result>): Promise<Result> {
  Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true })
  try {
    return await step()
  } finally {
    Reflect.deleteProperty(Object.prototype, name)
  }
}

describe('What stands on Object.prototype', () => {
  const CLAIMS = { iss: 'https://login.example.com', aud: 'notes-spa', sub: 'root', exp: 1e10, iat: 1 }
  it.each(Object.entries(CLAIMS))('D02, D03, D09, D10, D13, I11 is no %s', async (name, value) => {
    const outcome = await polluted(name, value, () => withClaims({ [name]: undefined }))
    await expectTokenRefused(outcome)
  })

  it('D05, I11 is no azp', async () => {
    const outcome = await polluted('azp', 'notes-spa', () => withClaims({ aud: ['notes-spa', 'untrusted'] }))
    await expectTokenRefused(outcome)
  })

  it('E07, I11 is no key set', async () => {
    const evil = await signingKey('RS256', 'evil')
    const { auth, provider } = await backFromProvider()
    provider.idToken.always({ signWith: evil })
    provider.faults.jwks.always(answers(200, {}))
    expectSignedOut(await polluted('keys', [evil.jwk], () => auth.start()), 'provider_invalid')
  })
})
