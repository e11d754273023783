// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { signedIn } from '../browser.ts'
import { advance } from '../clock.ts'

describe('Without a refresh token', () => {
  it('J08, G31 the tokens of another person whom the frame brought are revoked', async () => {
    const stage = await signedIn({ provider: { refreshTokens: 'none' } })
    stage.tab.frame = (url) => stage.provider.visit(url)
    stage.provider.signIn({ sub: 'grace' })
    await advance(700_000)
    expect(stage.auth.state.status).toBe('signed-out')
    expect(stage.provider.requestsTo('token')).toHaveLength(2)
    expect(stage.provider.requestsTo('revocation')).toHaveLength(1)
  })
})
