// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { withBody, withText } from '../coming-back.ts'
import { expectSignedOut } from '../outcome.ts'

describe('A token response with members that cannot be read as text or number', () => {
  it.each(['access_token', 'token_type', 'refresh_token', 'expires_in', 'scope'])(
    'C05, C06, C10, C29 is refused as provider_invalid: %s',
    async (name) => {
      const hostile = `,"${name}":{"toString":1,"valueOf":1}}`
      expectSignedOut((await withText((json) => json.slice(0, -1) + hostile)).state, 'provider_invalid')
    },
  )

  it('C15 is refused as token_invalid: id_token', async () => {
    const hostile = ',"id_token":{"toString":1,"valueOf":1}}'
    expectSignedOut((await withText((json) => json.slice(0, -1) + hostile)).state, 'token_invalid')
  })

  it.each([true, false, [], [3600], {}, ' ', '0x10', 'Infinity', '1e400', '3600s'])(
    'C10 expires_in %j is no number of seconds',
    async (expires_in) => {
      expectSignedOut((await withBody({ expires_in })).state, 'provider_invalid')
    },
  )

  it.each([
    ['3600', 3_600_000],
    [' 60 ', 60_000],
    ['0', 0],
  ])('C10 expires_in %j is', async (expires_in, milliseconds) => {
    const { state } = await withBody({ expires_in })
    expect(state).toMatchObject({ status: 'signed-in', session: { expiresAt: Date.now() + milliseconds } })
  })
})
