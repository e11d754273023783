// @vitest-environment node
import { type Algorithm, changes } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { backFromProvider, signedIn } from './browser.ts'
import { sleep } from './clock.ts'
import { type Claims, comingBackTo, comingBackWith, expectTokenRefused, withClaims } from './coming-back.ts'
import { expectSignedOut } from './outcome.ts'

describe('The nonce', () => {
  it.each(['other', undefined, null, [], '', 42, true, {}])('D18 that is %j is refused', async (nonce) => {
    await expectTokenRefused(await withClaims({ nonce }))
  })

  const CHANGES: Record<string, (nonce: string) => unknown> = {
    'in a list': (nonce) => [nonce],
    'in an object': (nonce) => ({ nonce }),
    'with a space': (nonce) => `${nonce} `,
    'with a NUL': (nonce) => `${nonce}\u0000`,
    'cut by one': (nonce) => nonce.slice(0, -1),
    'twice in a row': (nonce) => nonce + nonce,
    'in another case': (nonce) => nonce.toUpperCase(),
  }
  it.each(Object.entries(CHANGES))('D18 of this login but %s is refused', async (_, change) => {
    await expectTokenRefused(await withClaims(({ nonce }) => ({ nonce: change(String(nonce)) })))
  })

  it('D19 of the login before is refused', async () => {
    const first = await signedIn()
    const nonce = new URL(first.tab.departures[0] ?? '').searchParams.get('nonce')
    await expectTokenRefused(await withClaims({ nonce }))
  })

  it('D19 of another login under way in this tab is refused', async () => {
    const stage = await backFromProvider()
    const callback = stage.tab.url()
    const other = stage.tab.createAuth(stage.options)
    stage.tab.window().history.replaceState(null, '', '/')
    await other.login()
    const nonce = new URL(stage.tab.departures.at(-1) ?? '').searchParams.get('nonce')
    stage.provider.idToken.always({ claims: (claims) => ({ ...claims, nonce }) })
    stage.tab.load(callback)
    expectSignedOut(await stage.tab.createAuth(stage.options).start(), 'token_invalid')
  })

  it('D19 is asked for anew each time, so a whole token response of the login before is refused', async () => {
    const first = await backFromProvider()
    let said: Record<string, unknown> = {}
    first.provider.faults.token.always(
      changes((body) => {
        said = body
        return body
      }),
    )
    expect((await first.auth.start()).status).toBe('signed-in')
    await expectTokenRefused(await comingBackTo(changes(() => said)))
  })
})

describe('The hash of the access token', () => {
  it.each(['AAAAAAAAAAAAAAAAAAAAAA', '', 42, null, [], {}])('D38 that is %j is refused', async (at_hash) => {
    await expectTokenRefused(await withClaims({ at_hash }))
  })

  const CHANGES: Record<string, (hash: string) => unknown> = {
    padded: (hash) => `${hash}==`,
    'in a list': (hash) => [hash],
    'half as long': (hash) => hash.slice(0, 11),
    'in another case': (hash) => hash.toLowerCase(),
    'in plain base64': (hash) => `${Buffer.from(hash, 'base64url').toString('base64')}`,
    'the other half too': (hash) => hash + hash,
  }
  it.each(Object.entries(CHANGES))('D38 that is right but %s is refused', async (_, change) => {
    await expectTokenRefused(await withClaims(({ at_hash }) => ({ at_hash: change(String(at_hash)) })))
  })

  it.each<Algorithm>(['RS256', 'PS384', 'ES512', 'EdDSA'])(
    'D38 that is of another access token is refused: %s',
    async (algorithm) => {
      const outcome = await comingBackTo(
        changes((body) => ({ ...body, access_token: 'substituted' })),
        { provider: { algorithm } },
      )
      await expectTokenRefused(outcome)
    },
  )

  it('D39 may be absent', async () => {
    expect((await withClaims({ at_hash: undefined })).state.status).toBe('signed-in')
  })

  // SHA-256, SHA-384 or SHA-512, as the algorithm says; for EdDSA the one that Ed25519 uses.
  it.each<Algorithm>([
    'RS256',
    'RS384',
    'RS512',
    'PS256',
    'PS384',
    'PS512',
    'ES256',
    'ES384',
    'ES512',
    'EdDSA',
    'Ed25519',
  ])('D39 is taken when it is right: %s', async (algorithm) => {
    const { state, provider } = await comingBackWith(
      {
        claims: (claims: Claims) => {
          expect(claims.at_hash).toMatch(/^[\w-]+$/)
          return claims
        },
      },
      { provider: { algorithm } },
    )
    expect(state.status).toBe('signed-in')
    expect(provider.requestsTo('jwks')).toHaveLength(1)
  })
})

it('D15 A device clock four minutes behind or ahead hinders nobody for the life of the session', async () => {
  for (const milliseconds of [240_000, -240_000]) {
    const { auth, provider } = await signedIn()
    sleep(milliseconds)
    expect((await auth.authFetch('https://api.example.com/')).status).toBe(200)
    expect(provider.requestsTo('token')).toHaveLength(1)
  }
})

it.each([-240, 240])(
  'D15 Clocks that differ by %i seconds at the login leave the lifetime as it was',
  async (seconds) => {
    const { state } = await withClaims(({ iat }) => ({ iat: Number(iat) + seconds, exp: Number(iat) + seconds + 60 }))
    expect(state).toMatchObject({ status: 'signed-in', session: { expiresAt: Date.now() + 600_000 } })
  },
)

it.each(['1e17', '9007199254740993', '1e300', '1e400'])('D17 An exp of %s is no reason to ask again', async (exp) => {
  const { auth, provider, state } = await comingBackWith({
    payload: (json) => json.replace(/"exp":\d+/, `"exp":${exp}`),
  })
  expect(state).toMatchObject({ status: 'signed-in', session: { expiresAt: Date.now() + 600_000 } })
  expect((await auth.authFetch('https://api.example.com/')).status).toBe(200)
  expect(provider.requestsTo('token')).toHaveLength(1)
})
