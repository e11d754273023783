// @vitest-environment node
import { changes } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { firstVisit, returning } from '../browser.ts'
import { advance } from '../clock.ts'
import { comingBackTo, expectNothingKept, expectTokenRefused, withBody, withText } from '../coming-back.ts'
import { expectSignedOut, reasonOf } from '../outcome.ts'

const UNREADABLE = '{"toString":1,"valueOf":1,"toJSON":1}'

/** The right response with this JSON as one of its members. */
const withJson = (name: string, json: string) =>
  withText((text) => text.replace(new RegExp(`("${name}":)("[^"]*"|\\d+)`), (_, before) => before + json))

async function expectRefused(outcome: Awaited<ReturnType<typeof withBody>>): Promise<void> {
  expectSignedOut(outcome.state, 'provider_invalid')
  await expectNothingKept(outcome)
}

const each = (values: readonly unknown[]) => values.map((value) => ({ value }))

describe('The access token', () => {
  const NO_HEADER_VALUE = [
    'a\r\nb: c',
    'a\nb',
    'a\rb',
    'a\tb',
    'tökən',
    'токен',
    'a\u00a0b',
    'a\u200bb',
    'a b',
    ' a',
    'a ',
    '',
    ' ',
    '\u0000',
    'a\u0000',
    'a\u007f',
    '💥',
    '\ud800',
    42,
    0,
    true,
    false,
    null,
    undefined,
    [],
    ['x'],
    {},
    { x: 1 },
  ]
  it.each(each(NO_HEADER_VALUE))('C05 that no header can carry is refused: $value', async ({ value }) => {
    await expectRefused(await withBody({ access_token: value }))
  })

  it('C05 that cannot be read as text is refused', async () => {
    await expectRefused(await withJson('access_token', UNREADABLE))
  })

  it.each(['opaque', 'a.b.c', 'abc-._~+/==', '!"#$%&\'()*,:;<=>?@[\\]^`{|}', 'x'.repeat(100_000)])(
    'C05 of every letter that a header can carry is taken as it is: %.30s',
    async (access_token) => {
      const stage = await withBody({ access_token })
      // at_hash is of the token that the provider made.
      await expectTokenRefused(stage)
      const without = await firstVisitWith(access_token)
      expect(without.auth.state.status).toBe('signed-in')
      await without.auth.authFetch('https://api.example.com/')
      const [call] = without.provider.requestsTo('api')
      expect(call?.request.headers.get('authorization')).toBe(`Bearer ${access_token}`)
    },
  )

  async function firstVisitWith(access_token: string) {
    const stage = firstVisit()
    await stage.auth.login()
    stage.provider.idToken.once({ claims: ({ at_hash: _, ...claims }) => claims })
    stage.provider.faults.token.once(changes((body) => ({ ...body, access_token })))
    const back = await returning(stage)
    await back.auth.start()
    return back
  }
})

describe('The token type', () => {
  const NOT_BEARER = [
    undefined,
    null,
    ['Bearer'],
    [],
    42,
    true,
    {},
    '',
    'mac',
    'N_A',
    'DPoP',
    'PoP',
    'urn:ietf:params:oauth:token-type:access_token',
    'Bearer ',
    ' Bearer',
    'Bearer\n',
    'Bearer,DPoP',
    'Bearer DPoP',
    'BearerX',
    'Ｂearer',
    'bеarer',
    '\u0000Bearer',
  ]
  it.each(each(NOT_BEARER))('C06, C07 $value is refused', async ({ value }) => {
    await expectRefused(await withBody({ token_type: value }))
  })

  it('C06 that cannot be read as text is refused', async () => {
    await expectRefused(await withJson('token_type', UNREADABLE))
  })

  it.each(['bEaReR', 'bearer', 'BEARER', 'Bearer'])('C09 %s is taken', async (token_type) => {
    const { auth, state } = await withBody({ token_type })
    expect(state.status).toBe('signed-in')
    expect((await auth.authFetch('https://api.example.com/')).status).toBe(200)
  })
})

describe('The ID token', () => {
  it.each(each([undefined, null, '', 42, 0, true, false, {}, [], ['x'], 'x', 'a.b', 'a.b.c.d', ' ', '...']))(
    'C15 that is $value is refused',
    async ({ value }) => {
      await expectTokenRefused(await withBody({ id_token: value }))
    },
  )

  it('C15 that is missing is said to be missing', async () => {
    for (const id_token of [undefined, null, ''])
      expect(reasonOf((await withBody({ id_token })).state).message).toMatch(/missing/)
  })

  it('C15 that cannot be read as text, or is in a list, is refused', async () => {
    await expectTokenRefused(await withText((text) => `${text.slice(0, -1)},"id_token":${UNREADABLE}}`))
    await expectTokenRefused(await comingBackTo(changes((body) => ({ ...body, id_token: [body.id_token] }))))
    await expectTokenRefused(await comingBackTo(changes((body) => ({ ...body, id_token: { 0: body.id_token } }))))
  })

  it.each(['ID_TOKEN', 'idToken', 'id_token ', 'id_token_hint'])(
    'C15 under another name, %s, is missing',
    async (name) => {
      await expectTokenRefused(await comingBackTo(changes(({ id_token, ...body }) => ({ ...body, [name]: id_token }))))
    },
  )
})

describe('The refresh token', () => {
  it.each(each([42, 0, true, false, [], ['x'], {}, { x: 1 }]))('C29 that is $value is refused', async ({ value }) => {
    await expectRefused(await withBody({ refresh_token: value }))
  })

  it('C29 that cannot be read as text is refused', async () => {
    await expectRefused(await withJson('refresh_token', UNREADABLE))
  })

  it.each(each([undefined, null, '']))('C29, G33 that is $value is none: no request with it', async ({ value }) => {
    const { auth, provider, state } = await withBody({ refresh_token: value })
    expect(state.status).toBe('signed-in')
    await advance(700_000)
    expect(provider.requestsTo('token')).toHaveLength(1)
    expectSignedOut(auth.state, 'login_required')
  })

  it.each(['a b', 'ä+/=&%', 'x'.repeat(100_000), '"'])(
    'C29 of odd letters goes back to the provider as it came: %.20s',
    async (refresh_token) => {
      const { provider } = await withBody({ refresh_token })
      await advance(590_000)
      expect(provider.requestsTo('token')[1]?.form.get('refresh_token')).toBe(refresh_token)
    },
  )
})

describe('The scope', () => {
  const ASKED = ['openid', 'profile', 'email', 'notes:read', 'notes:write']
  const scopeOf = ({ state }: Awaited<ReturnType<typeof withBody>>) =>
    state.status === 'signed-in' && state.session.scope

  it.each(each([undefined, null]))('that is $value is what was asked for (RFC 6749 5.1)', async ({ value }) => {
    expect(scopeOf(await withBody({ scope: value }))).toEqual(ASKED)
  })

  it('that is absent is what this very login asked for', async () => {
    const stage = firstVisit()
    await stage.auth.login({ stepUp: { scope: 'notes:delete' } })
    stage.provider.faults.token.always(changes(({ scope: _, ...body }) => body))
    const back = await returning(stage)
    expect(await back.auth.start()).toMatchObject({ session: { scope: [...ASKED, 'notes:delete'] } })
  })

  it.each([
    ['openid', ['openid']],
    ['notes:read openid', ['notes:read', 'openid']],
    [' a  b ', ['a', 'b']],
    ['', []],
  ])('%j is what was granted, in the order of the provider', async (scope, granted) => {
    expect(scopeOf(await withBody({ scope }))).toEqual(granted)
  })

  it.each(each([42, true, [], ['openid'], {}]))('that is $value is refused', async ({ value }) => {
    await expectRefused(await withBody({ scope: value }))
  })

  it('that cannot be read as text is refused', async () => {
    await expectRefused(await withJson('scope', UNREADABLE))
  })
})
