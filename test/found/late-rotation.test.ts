// @vitest-environment node
import { held } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API } from '../api-calls.ts'
import { signedIn } from '../browser.ts'
import { settled, sleep } from '../clock.ts'

const revoked = (stage: Awaited<ReturnType<typeof signedIn>>) =>
  stage.provider.requestsTo('revocation').map(({ form }) => form.get('token'))

describe('G30 A refresh token that nobody will use', () => {
  it('G30 is revoked where the answer comes after the logout and its ID token is refused', async () => {
    const stage = await signedIn()
    const answer = held()
    let rotated = ''
    stage.provider.faults.token.once(async (request, normally) => {
      const response = await answer(request, normally)
      rotated = (await response.clone().json()).refresh_token
      return response
    })
    stage.provider.idToken.once({ claims: (claims) => ({ ...claims, sub: 'grace' }) })
    sleep(601_000)
    const refused = stage.auth.authFetch(API).catch(() => {})
    await answer.asked
    await stage.auth.logout()
    answer.release()
    await refused
    await settled()
    expect(rotated).toMatch(/^refresh-/)
    expect(revoked(stage)).toContain(rotated)
  })

  it('G05 is revoked where it came with the ID token of somebody else, which ends the session', async () => {
    const stage = await signedIn()
    stage.provider.idToken.once({ claims: (claims) => ({ ...claims, sub: 'grace' }) })
    sleep(601_000)
    await stage.auth.authFetch(API).catch(() => {})
    await settled()
    expect(stage.auth.state.status).toBe('signed-out')
    expect(revoked(stage)).toHaveLength(1)
  })
})
