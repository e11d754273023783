// @vitest-environment node
import { unauthorized } from 'latchkey/testing'
import { expect, it } from 'vitest'
import { signedIn } from '../browser.ts'

it.each(['Negotiate YII/Bearer/x==', 'DPoP a/bearer', 'Negotiate a/Bearer error="invalid_token"', 'Basic abc/Bearer='])(
  'H23 no Bearer challenge is found inside the token68 of another scheme: %s',
  async (challenge) => {
    const { auth, provider } = await signedIn()
    provider.faults.api.once(() => unauthorized(challenge))
    const response = await auth.authFetch('https://api.example.com/')
    expect(response.status).toBe(401)
    expect(provider.requestsTo('token')).toHaveLength(1)
  },
)
