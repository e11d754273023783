import { ADA, answers, changes, GRACE } from 'latchkey/testing'
import { expect, inEveryHome, status, test, text } from '../world/homes.ts'
import { leave, reason, told } from '../world/hostile.ts'
import { signOut } from '../world/sign-in.ts'

const CORS = { 'access-control-allow-origin': '*' }

inEveryHome((home) => {
  test('an anonymous visit asks the provider for nothing', async ({ page, hostile, visit }) => {
    await visit()
    await expect(status(page)).toHaveText('signed out')
    expect(await text(page, `${hostile.api}/notes`)).toBe('login_required')
    expect(hostile.arrivals).toEqual([])
  })

  test('a login is told of once, with who has come and what was granted, and a call goes through', async ({
    page,
    hostile,
    enter,
  }) => {
    await enter()
    const state = await page.evaluate(() => window.harness.auth.state)
    expect(state).toEqual({
      status: 'signed-in',
      renewal: { status: 'fresh' },
      session: {
        user: expect.objectContaining(ADA),
        scope: expect.arrayContaining(['openid', 'notes:read']),
        expiresAt: expect.any(Number),
      },
    })
    expect(await told(page)).toEqual(['signed-in'])
    expect(JSON.parse(await text(page, `${hostile.api}/notes`))).toMatchObject({ sub: 'ada', method: 'GET' })
    expect(hostile.provider.requestsTo('token')).toHaveLength(1)
  })

  test('a state cannot be changed in place, and a second start() is the first', async ({ page, enter }) => {
    await enter()
    const seen = await page.evaluate(async () => {
      const { auth } = window.harness
      const { state, start } = auth
      const again = await start()
      if (state.status !== 'signed-in') throw new Error('Nobody is signed in.')
      const { session } = state
      const isFrozen = [state, session, session.user, session.scope].map(Object.isFrozen)
      return { isFrozen, isSame: again === auth.state && state === auth.state }
    })
    expect(seen).toEqual({ isFrozen: [true, true, true, true], isSame: true })
  })

  test('B13 a login returns to the place it left, its answer taken off the address', async ({
    page,
    hostile,
    visit,
  }) => {
    await visit({}, '/notes/7?sort=new#top')
    await leave(page)
    await expect(status(page)).toHaveText('signed in as ada')
    expect(page.url()).toBe(`${hostile.site.origin}/notes/7?sort=new#top`)
  })

  test('B15 a login that was refused says why, in the words of the provider', async ({ page, hostile, visit }) => {
    hostile.provider.signIn(undefined)
    await visit()
    await leave(page)
    await expect(status(page)).toHaveText('signed out: provider_error')
    expect(await reason(page)).toMatchObject({
      isAuthError: true,
      provider: { error: 'access_denied', description: 'The person went away' },
    })
    expect(page.url()).toBe(`${hostile.site.origin}/`)
    hostile.provider.signIn(GRACE)
    await leave(page)
    await expect(status(page)).toHaveText('signed in as grace')
  })

  test('B02 B03 B13 a callback that no login waits for is refused, and asks for no tokens', async ({
    page,
    hostile,
    visit,
  }) => {
    await visit({}, `/?code=stolen&state=${'x'.repeat(43)}&iss=${encodeURIComponent(hostile.issuer)}`)
    await expect(status(page)).toHaveText('signed out: callback_invalid')
    expect(page.url()).toBe(`${hostile.site.origin}/`)
    expect(hostile.provider.requestsTo('token')).toEqual([])
  })

  test('D21 an ID token with a wrong signature signs nobody in', async ({ page, hostile, visit, login }) => {
    hostile.provider.idToken.once({ token: (jwt) => jwt.replace(/[\w-]{8}$/, 'AAAAAAAA') })
    await visit()
    expect(await login()).toBe('signed out: token_invalid')
    expect(await text(page, `${hostile.api}/notes`)).toBe('login_required')
  })

  test('G11 a provider that is down refuses a login with a typed error, and works again later', async ({
    page,
    hostile,
    visit,
    login,
  }) => {
    hostile.provider.faults.discovery.once(answers(503))
    await visit()
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(status(page)).toHaveText('refused: network')
    expect(await login()).toBe('signed in as ada')
  })

  test('H34 UserInfo is asked each time, and its answer is of the same person or refused', async ({
    page,
    hostile,
    enter,
  }) => {
    const userInfo = () =>
      page.evaluate(() =>
        window.harness.auth.userInfo().then(
          (user) => user.name,
          ({ code }) => code,
        ),
      )
    await enter()
    expect(await userInfo()).toBe(ADA.name)
    expect(await userInfo()).toBe(ADA.name)
    expect(hostile.provider.requestsTo('userInfo')).toHaveLength(2)
    hostile.provider.faults.userInfo.once(changes((body) => ({ ...body, sub: 'mallory' })))
    expect(await userInfo()).toBe('token_invalid')
    await expect(status(page)).toHaveText('signed in as ada')
  })

  test('G09 a refresh that is refused for good ends the session once, with a reason', async ({
    page,
    hostile,
    enter,
  }) => {
    await enter()
    hostile.provider.revokeEverything()
    hostile.provider.faults.api.once(() => new Response(null, { status: 401, headers: CORS }))
    expect(await text(page, `${hostile.api}/notes`)).toBe('login_required')
    await expect(status(page)).toHaveText('signed out: login_required')
    expect(await reason(page)).toMatchObject({ isAuthError: true, provider: { error: 'invalid_grant' } })
    expect(await text(page, `${hostile.api}/notes`)).toBe('login_required')
    expect(hostile.provider.requestsTo('token')).toHaveLength(2)
  })

  test('G11 G13 a refresh that fails in passing is told at once to who has no patience, and signs nobody out', async ({
    page,
    hostile,
    enter,
  }) => {
    await enter({ patience: 0 })
    hostile.provider.faults.token.once(answers(503))
    hostile.provider.faults.api.once(() => new Response(null, { status: 401, headers: CORS }))
    expect(await text(page, `${hostile.api}/notes`)).toBe('network')
    await expect(status(page)).toHaveText('signed in as ada')
    await expect.poll(() => text(page, `${hostile.api}/notes`)).toContain('"sub":"ada"')
  })

  test('J01 J08 I16 logout forgets, revokes and signs out at the provider; the next login is a new one', async ({
    page,
    hostile,
    enter,
  }) => {
    await enter()
    await signOut(page)
    expect(page.url()).toBe(`${hostile.site.origin}/`)
    expect(await text(page, `${hostile.api}/notes`)).toBe('login_required')
    await expect
      .poll(() => hostile.provider.requestsTo('revocation').map(({ form }) => form.get('token_type_hint')))
      .toEqual(['refresh_token'])
    const [farewell] = hostile.provider.requestsTo('endSession')
    expect(farewell?.url.searchParams.get('client_id')).toBe('notes-spa')
    // A page is to learn no ID token where the vault is elsewhere.
    expect(farewell?.url.searchParams.has('id_token_hint')).toBe(home === 'page')
    hostile.provider.signIn(GRACE)
    await leave(page)
    await expect(status(page)).toHaveText('signed in as grace')
  })

  test('a disposed auth sends nothing more', async ({ page, hostile, enter }) => {
    await enter()
    await page.evaluate(() => window.harness.auth.dispose())
    const asked = hostile.arrivals.length
    expect(await text(page, `${hostile.api}/notes`)).toBe('login_required')
    expect(hostile.arrivals).toHaveLength(asked)
  })

  test('I14 a reload keeps the person signed in', async ({ page, hostile, enter }) => {
    await enter()
    await page.reload()
    await expect(status(page)).toHaveText('signed in as ada')
    expect(page.url()).toBe(`${hostile.site.origin}/`)
    expect(JSON.parse(await text(page, `${hostile.api}/notes`))).toMatchObject({ sub: 'ada' })
    expect(hostile.provider.reuses()).toBe(0)
  })
})
