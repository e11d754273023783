// @vitest-environment node
import { signingKey } from 'latchkey/testing'
import { describe, it } from 'vitest'
import { backFromProvider } from '../browser.ts'
import { expectSignedOut } from '../outcome.ts'

describe('A kid that is no text (RFC 7515 4.1.4, RFC 7517 4.5)', () => {
  it.each([42, true, null])('D31 %j names no key', async (kid) => {
    const stage = await backFromProvider()
    const { jwk } = await signingKey('RS256', 'RS256-1')
    stage.provider.keys.publish({ ...jwk, kid })
    stage.provider.idToken.always({ header: (header) => ({ ...header, kid }) })
    expectSignedOut(await stage.auth.start(), 'token_invalid')
  })
})
