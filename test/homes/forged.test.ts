// @vitest-environment node
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { API } from '../api-calls.ts'
import { inAnotherTab, returning, type Stage, signedIn } from '../browser.ts'
import { settled } from '../clock.ts'
import { forAll, LONG } from '../fuzz/fuzz.ts'
import { leaksOverPorts } from './wiretap.ts'

const WORKERS = ['worker', 'shared-worker'] as const

/** A script in the page, which can talk to the worker as well as the app can. */
function thiefIn({ tab }: Stage) {
  const worker = [...tab.browser.workers].at(-1)
  const target = worker?.connect() as Worker | SharedWorker
  const port = 'port' in target ? target.port : (target as unknown as MessagePort)
  const heard: unknown[] = []
  port.addEventListener('message', ({ data }) => heard.push(data))
  port.start()
  let id = 1_000_000
  const call = (name: unknown, argument?: unknown) => {
    id += 1
    port.postMessage({ id, name, argument, mark: tab.localStorage.getItem(MARK) ?? '' })
    return id
  }
  const post = (message: unknown) => port.postMessage(message)
  return {
    heard,
    post,
    call,
    /** Says what the app has said first. Whether it is answered as the app was. */
    async greet() {
      const hello = worker?.heard.find((call) => (call as { name?: string } | null)?.name === 'hello')
      id += 1
      post({ ...(hello as object), id })
      await settled()
      return heard.some((said) => (said as { id?: number }).id === id && 'value' in (said as object))
    },
  }
}

const MARK = 'latchkey session notes-spa https://login.example.com'
const GREETING = { version: 0 }

/** A request as the app itself has posted one, with these members changed. */
async function requestOf(stage: Stage, members: object) {
  const { heard } = [...stage.tab.browser.workers].at(-1) ?? { heard: [] }
  const isFetch = (call: unknown) => (call as { name?: string } | null)?.name === 'fetch'
  if (!heard.some(isFetch)) await stage.auth.authFetch(API)
  const { argument } = heard.find(isFetch) as { argument: { members: object } }
  const plain = Object.entries(members).filter(([name]) => name in argument.members)
  const others = Object.entries(members).filter(([name]) => !(name in argument.members))
  return {
    ...argument,
    id: 7_777,
    members: { ...argument.members, ...Object.fromEntries(plain) },
    ...Object.fromEntries(others),
  }
}

/** Nothing that is secret was told, nothing went where it must not, and the worker serves the next page. */
async function expectUnharmed(stage: Stage) {
  await settled()
  expect(leaksOverPorts(stage.tab.browser, stage.provider)).toEqual([])
  const places = new Set(stage.provider.requests.map(({ url }) => url.origin))
  expect([...places].filter((origin) => !/^https:\/\/(login|api)\.example\.com$/.test(origin))).toEqual([])
  for (const { request, endpoint } of stage.provider.requests)
    if (request.headers.has('authorization')) expect(['api', 'userInfo']).toContain(endpoint)
  const other = inAnotherTab(stage)
  await other.auth.start()
  await other.auth.login()
  const back = await returning(other)
  expect(await back.auth.start()).toMatchObject({ status: 'signed-in' })
  expect((await back.auth.authFetch(API)).status).toBe(200)
  await settled()
}

describe.each(WORKERS)('%s: a script of the page', (home) => {
  const answersTo = async (stage: Stage, name: string, argument?: unknown) => {
    const thief = thiefIn(stage)
    expect(await thief.greet()).toBe(true)
    const id = thief.call(name, argument)
    await settled()
    return thief.heard.filter((said) => (said as { id?: number }).id === id)
  }

  it.each([
    ['accessToken', API],
    ['accessToken', 'https://evil.example/'],
    ['getAccessToken', undefined],
    ['refresh', undefined],
    ['tokens', undefined],
    ['state', undefined],
    ['client', undefined],
    ['configure', { issuer: 'https://evil.example' }],
    ['constructor', undefined],
    ['__proto__', undefined],
    ['toString', undefined],
    ['serveVault', { issuer: 'https://evil.example', clientId: 'x' }],
  ])('K12 is told no token by %s(%s)', async (name, argument) => {
    const stage = await signedIn({ home })
    for (const said of await answersTo(stage, name, argument)) expect(said).not.toHaveProperty('value')
    await expectUnharmed(stage)
  })

  it.each([
    { url: 'https://evil.example/' },
    { url: 'https://api.example.com@evil.example/' },
    { url: 'https://login.example.com/token', method: 'POST' },
    { url: 'https://login.example.com/userinfo' },
    { url: 'http://api.example.com/' },
    { url: 'javascript:alert(1)' },
    { url: '' },
    { headers: [['authorization', 'Basic eDp5']] },
    { headers: [['x\n', '1']] },
    { mode: 'no-cors' },
    { method: 'TRACE' },
    { apis: ['https://evil.example/'] },
    { fetch: 'https://evil.example/' },
    { headers: { authorization: 'x' } },
    { signal: {} },
  ])('K11 gets nothing sent that the app would not: %j', async (members) => {
    const stage = await signedIn({ home })
    const request = await requestOf(stage, members)
    const before = stage.provider.requests.length
    for (const said of await answersTo(stage, 'fetch', request)) expect(said).not.toHaveProperty('value')
    expect(stage.provider.requests).toHaveLength(before)
    await expectUnharmed(stage)
  })

  it.each([
    { parameters: { redirect_uri: 'https://evil.example/' } },
    { parameters: { client_id: 'other' } },
    { parameters: { state: 'known' } },
    { parameters: { code_challenge_method: 'plain' } },
    { parameters: { response_type: 'token' } },
    { parameters: ['state'] },
    { issuer: 'https://evil.example' },
    { redirectUri: 'https://evil.example/' },
    { stepUp: { scope: { toString: 1 } } },
  ])('K11 begins no login but that of the app: %j', async (argument) => {
    const stage = await signedIn({ home })
    for (const said of await answersTo(stage, 'beginLogin', argument)) expect(said).not.toHaveProperty('value')
    await expectUnharmed(stage)
  })

  it('K12 may ask for requests, as the app may, and hears of no token on the way', async () => {
    const stage = await signedIn({ home })
    const thief = thiefIn(stage)
    await thief.greet()
    thief.call('fetch', await requestOf(stage, {}))
    thief.call('userInfo')
    await settled()
    expect(stage.provider.requestsTo('api')).toHaveLength(2)
    expect(stage.provider.requestsTo('userInfo')).toHaveLength(1)
    thief.call('logout')
    await settled()
    await expectUnharmed(stage)
  })

  const names = fc.constantFrom(
    ...['hello', 'connect', 'beginLogin', 'redeemLogin', 'userInfo', 'accessToken', 'logout', 'wake', 'dispose'],
    ...['fetch', 'pull', 'cancel', 'framed', 'bye', 'constructor', '__proto__', 'valueOf', 'then', 'frame', 'state'],
  )
  const REQUEST = {
    id: 3,
    repeatable: 'repeatable',
    headers: [],
    body: undefined,
    members: { url: API, method: 'GET', mode: 'cors', credentials: 'same-origin', redirect: 'follow' },
  }
  const texts = fc.oneof(
    fc.string(),
    fc.constantFrom(API, 'https://evil.example/', '?code=x&state=y&iss=https://login.example.com', 'closed', 'kept'),
  )
  const values = fc.oneof(
    texts,
    fc.integer({ min: -2, max: 12 }),
    fc.constantFrom(undefined, null, true, Number.NaN, 2 ** 53, GREETING),
    fc.dictionary(fc.constantFrom('parameters', 'stepUp', 'scope', 'id', 'url', '__proto__', 'version'), texts),
    fc.record({ parameters: fc.dictionary(fc.constantFrom('state', 'prompt', 'scope', 'nonce', 'x'), texts) }),
    fc
      .record(
        {
          url: texts,
          method: texts,
          id: fc.nat(3),
          headers: fc.array(fc.tuple(texts, texts)),
          mode: texts,
          body: texts,
        },
        { requiredKeys: [] },
      )
      .map(({ id = 3, headers = [], ...members }) => ({
        ...REQUEST,
        ...{ id, headers, members: { ...REQUEST.members, ...members } },
      })),
    fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true, maxDepth: 3 }),
  )
  const calls = fc.record(
    {
      id: fc.oneof(fc.integer({ min: -1, max: 20 }), values),
      name: fc.oneof(names, values),
      argument: values,
      mark: texts,
    },
    { requiredKeys: [] },
  )

  it(
    'K11, K12 whatever it posts: no secret, no stranger, and the worker lives',
    async () => {
      await forAll(
        30,
        fc.array(fc.oneof({ weight: 4, arbitrary: calls }, values), { maxLength: 30 }),
        async (messages) => {
          const stage = await signedIn({ home })
          const thief = thiefIn(stage)
          for (const message of messages) {
            try {
              thief.post(message)
            } catch {
              // What cannot be cloned cannot be posted.
            }
          }
          await settled()
          await expectUnharmed(stage)
        },
      )
    },
    LONG,
  )
})
