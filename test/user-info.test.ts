// @vitest-environment node
import {
  answers,
  breaks,
  breaksMidway,
  changes,
  drips,
  type Fault,
  GRACE,
  hangs,
  held,
  redirects,
  repeatsTheAnswer,
  showsAPage,
  swells,
  truncates,
  unauthorized,
  withoutCors,
} from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { EXPIRED, first, refreshes } from './api-calls.ts'
import { firstVisit, returning, type Stage, signedIn } from './browser.ts'
import { advance, sleep, until } from './clock.ts'
import { leaksIn } from './leaks.ts'
import { expectRefusal, refusal } from './outcome.ts'

const asked = ({ provider }: Stage) => provider.requestsTo('userInfo')

/** What `userInfo()` is refused with where this is at the endpoint; the session must go on. */
async function refusedWith(fault: Fault) {
  const stage = await signedIn()
  stage.provider.faults.userInfo.always(fault)
  const error = await refusal(stage.auth.userInfo())
  expect(stage.auth.state).toMatchObject({ status: 'signed-in', session: { user: { sub: 'ada' } } })
  return { ...stage, error }
}

describe('userInfo()', () => {
  it('answers what the provider says of the person, asked with the access token in the header alone', async () => {
    const user = { sub: 'ada', name: 'Ada Lovelace', address: { locality: 'London' }, groups: ['math'] }
    const stage = await signedIn({ provider: { user } })
    expect(await stage.auth.userInfo()).toEqual(user)
    const { request, url } = first(asked(stage))
    expect([request.method, request.credentials, request.redirect]).toEqual(['GET', 'omit', 'manual'])
    expect(request.headers.get('authorization')).toMatch(/^Bearer ey/)
    expect(url.search).toBe('')
  })

  it('asks each time, and leaves the state as it was', async () => {
    const stage = await signedIn()
    const { state } = stage.auth
    stage.provider.faults.userInfo.once(changes((claims) => ({ ...claims, name: 'Countess of Lovelace' })))
    expect((await stage.auth.userInfo()).name).toBe('Countess of Lovelace')
    expect((await stage.auth.userInfo()).name).toBe('Ada Lovelace')
    expect(asked(stage)).toHaveLength(2)
    expect(stage.auth.state).toBe(state)
  })

  it('I12 answers a frozen object that holds no token, whatever the claims are called', async () => {
    const stage = await signedIn()
    stage.provider.faults.userInfo.once(async (request, normally) => {
      const text = await (await normally()).text()
      const hostile = '{"__proto__":{"polluted":1},"constructor":1,"then":"x","toJSON":"y",'
      return answers(200, hostile + text.slice(1))(request, normally)
    })
    const user = await stage.auth.userInfo()
    expect(user.sub).toBe('ada')
    expect(Object.isFrozen(user)).toBe(true)
    expect([user.polluted, ({} as { polluted?: unknown }).polluted]).toEqual([undefined, undefined])
    expect(leaksIn(user, stage.provider.secrets)).toEqual([])
  })

  it.each<[string, unknown]>([
    ['another person', 'grace'],
    ['none', undefined],
    ['nobody', ''],
    ['null', null],
    ['a list', ['ada']],
    ['an object', { toString: 'ada' }],
    ['another case', 'Ada'],
    ['a space more', 'ada '],
    ['a homograph', 'аda'],
  ])('H34 refuses an answer whose sub is %s, and uses nothing of it', async (_, sub) => {
    const { error } = await refusedWith(changes((claims) => ({ ...claims, sub, name: 'Evil' })))
    expect(error.code).toBe('token_invalid')
    expect(leaksIn(error, ['Evil'])).toEqual([])
  })

  it('H34 refuses a number for a sub that is written alike', async () => {
    const stage = await signedIn({ provider: { user: { sub: '42' } } })
    stage.provider.faults.userInfo.once(changes((claims) => ({ ...claims, sub: 42 })))
    await expectRefusal(stage.auth.userInfo(), 'token_invalid')
    expect((await stage.auth.userInfo()).sub).toBe('42')
  })

  it('H34 refuses an answer with a sub that is only inherited', async () => {
    const stage = await signedIn()
    stage.provider.faults.userInfo.once(answers(200, '{"__proto__":{"sub":"ada"},"name":"Evil"}'))
    await expectRefusal(stage.auth.userInfo(), 'token_invalid')
  })

  it.each<[string, Fault]>([
    ...['', '{', '[]', 'null', '"x"', '42', 'true', '[{"sub":"ada"}]'].map((body): [string, Fault] => [
      JSON.stringify(body),
      answers(200, body),
    ]),
    ['a page', showsAPage()],
    ['half of it', truncates],
    ['it twice', repeatsTheAnswer],
    ['more than four MiB', swells(2 ** 22 + 1)],
    ['a signed JWT', answers(200, 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.eA', { 'content-type': 'application/jwt' })],
    ['204', answers(204)],
    ['400 with claims', answers(400, { sub: 'ada' })],
    ['403', answers(403, { error: 'insufficient_scope' })],
    ['404', answers(404, { sub: 'ada' })],
  ])('H34 refuses what is no answer: %s', async (_, fault) => {
    expect((await refusedWith(fault)).error.code).toBe('provider_invalid')
  })

  it.each([301, 302, 303, 307, 308])(
    'H11 does not follow a redirect (%i): the token does not travel',
    async (status) => {
      const { error, provider } = await refusedWith(redirects('https://evil.example/userinfo', status))
      expect(error.code).toBe('provider_invalid')
      expect(provider.requestsTo('elsewhere')).toEqual([])
    },
  )

  it.each<[string, Fault]>([
    ['no connection', breaks],
    ['half an answer', breaksMidway],
    ['no CORS headers', withoutCors],
    ['500', answers(500)],
    ['429', answers(429)],
  ])('is a network failure with %s', async (_, fault) => {
    expect((await refusedWith(fault)).error.code).toBe('network')
  })

  it.each<[string, Fault]>([
    ['hangs', hangs],
    ['drips', drips(1, 1_000)],
  ])('is a timeout where the provider %s', async (_, fault) => {
    const stage = await signedIn()
    stage.provider.faults.userInfo.always(fault)
    const refused = refusal(stage.auth.userInfo())
    await until(() => asked(stage).length > 0)
    await advance(10_000)
    expect((await refused).code).toBe('timeout')
  })

  it('H16 refreshes once and asks once more after a 401', async () => {
    const stage = await signedIn()
    stage.provider.faults.userInfo.once(() => unauthorized(EXPIRED))
    expect((await stage.auth.userInfo()).sub).toBe('ada')
    expect(refreshes(stage)).toBe(1)
    expect(asked(stage)).toHaveLength(2)
  })

  it('H17 refreshes once where the 401 stays, and signs nobody out', async () => {
    const { error, ...stage } = await refusedWith(() => unauthorized(EXPIRED))
    expect(error.code).toBe('provider_invalid')
    expect(refreshes(stage)).toBe(1)
    expect(asked(stage)).toHaveLength(2)
  })

  it('H30 refreshes an expired token first, and sends none where that fails', async () => {
    const stage = await signedIn()
    sleep(601_000)
    expect((await stage.auth.userInfo()).sub).toBe('ada')
    expect([refreshes(stage), asked(stage).length]).toEqual([1, 1])
    stage.provider.faults.token.always(breaks)
    sleep(601_000)
    await expectRefusal(stage.auth.userInfo(), 'network')
    expect(asked(stage)).toHaveLength(1)
  })

  it('G09 ends the session where the refresh is refused', async () => {
    const stage = await signedIn()
    stage.provider.revokeEverything()
    await expectRefusal(stage.auth.userInfo(), 'login_required')
    expect(stage.auth.state.status).toBe('signed-out')
  })

  it('H29 is refused while nobody is signed in, and asks nobody', async () => {
    const stage = firstVisit()
    await expectRefusal(stage.auth.userInfo(), 'login_required')
    await stage.auth.start()
    await expectRefusal(stage.auth.userInfo(), 'login_required')
    expect(stage.provider.requests).toEqual([])
    const other = await signedIn()
    const before = other.provider.requests.length
    other.auth.dispose()
    await expectRefusal(other.auth.userInfo(), 'login_required')
    expect(other.provider.requests).toHaveLength(before)
  })

  it('is refused when a logout came before the answer', async () => {
    const stage = await signedIn()
    const answer = held()
    stage.provider.faults.userInfo.once(answer)
    const refused = refusal(stage.auth.userInfo())
    await answer.asked
    await stage.auth.logout()
    answer.release()
    expect((await refused).code).toBe('login_required')
  })

  it.each([
    undefined,
    null,
    42,
    '/userinfo',
    'http://login.example.com/userinfo',
    'javascript:alert(1)',
    'https://a:b@x.example/',
  ])('is refused where the endpoint of the provider is %j', async (userinfo_endpoint) => {
    const stage = firstVisit()
    stage.provider.faults.discovery.always(changes((body) => ({ ...body, userinfo_endpoint })))
    await stage.auth.login()
    const next = await returning(stage)
    await next.auth.start()
    const before = next.provider.requests.length
    await expectRefusal(next.auth.userInfo(), 'configuration')
    expect(next.provider.requests).toHaveLength(before)
  })

  it('speaks of whoever is signed in now', async () => {
    const stage = await signedIn()
    stage.provider.signIn(GRACE)
    await stage.auth.login()
    const next = await returning(stage)
    await next.auth.start()
    expect((await next.auth.userInfo()).sub).toBe('grace')
  })
})
