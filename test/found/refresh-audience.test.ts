// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { API } from '../api-calls.ts'
import { backFromProvider } from '../browser.ts'
import { sleep } from '../clock.ts'
import { expectRefusal } from '../outcome.ts'

describe('G06 A refreshed ID token', () => {
  it('G06 whose aud has lost an audience of the login is refused (OpenID Connect Core 12.2)', async () => {
    const stage = await backFromProvider()
    stage.provider.idToken.once({
      claims: (claims) => ({ ...claims, aud: ['notes-spa', 'notes-api'], azp: 'notes-spa' }),
    })
    await stage.auth.start()
    expect(stage.auth.state.status).toBe('signed-in')
    stage.provider.idToken.always({ claims: (claims) => ({ ...claims, aud: ['notes-spa', 'evil'], azp: 'notes-spa' }) })
    sleep(601_000)
    await expectRefusal(stage.auth.authFetch(API), 'login_required')
  })
})
