// @vitest-environment node
import { signingKey } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { backFromProvider } from '../browser.ts'

describe('E06 Junk keys', () => {
  it('E06, D29 ten that cannot be imported do not hide the right one from a token without kid', async () => {
    const stage = await backFromProvider()
    const { jwk } = await signingKey('RS256', 'RS256-1')
    for (let count = 0; count < 10; count += 1) stage.provider.keys.publish({ ...jwk, kid: `junk-${count}`, n: '' })
    stage.provider.idToken.always({ header: ({ kid: _kid, ...header }) => header })
    expect(await stage.auth.start()).toMatchObject({ status: 'signed-in' })
  })
})
