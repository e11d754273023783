// @vitest-environment node
import { inspect } from 'node:util'
import { type Auth, AuthError, type AuthErrorCode } from 'latchkey'
import { answers, breaks, changes, type Fault, held, unauthorized } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { reactive } from 'vue'
import { backFromProvider, backWith, firstVisit, reloaded, returning, type Stage, signedIn } from './browser.ts'
import { advance, sleep } from './clock.ts'
import { leaksIn } from './leaks.ts'
import { reasonOf, refusal } from './outcome.ts'
import { HOME, openTab } from './tab.ts'

const API = 'https://api.example.com/'

/** A stage that has been through everything: refreshed, refused, failed, and come back. */
async function eventful(): Promise<Stage> {
  const stage = await signedIn()
  await stage.auth.authFetch(API)
  await advance(600_000)
  stage.provider.faults.api.once(() => unauthorized('Bearer error="invalid_token"'))
  await stage.auth.authFetch(API)
  stage.provider.faults.token.once(breaks)
  sleep(601_000)
  await refusal(stage.auth.authFetch(API))
  await advance(60_000)
  await refusal(stage.auth.authFetch('https://evil.example'))
  return stage
}

const stored = ({ tab }: Stage) => [...Object.entries(tab.sessionStorage), ...Object.entries(tab.localStorage)]

describe('Tokens', () => {
  it('I01 are in no storage and no cookie, whatever happens', async () => {
    const stage = await eventful()
    const look = () =>
      expect(leaksIn([stored(stage), stage.tab.window().document.cookie], stage.provider.secrets)).toEqual([])
    look()
    await stage.auth.logout()
    look()
    // That somebody signed out, and nothing of who it was.
    expect(Object.entries(stage.tab.localStorage)).toEqual([
      ['latchkey session notes-spa https://login.example.com', expect.stringMatching(/^[\w-]{43}\.$/)],
    ])
  })

  it('I03 and codes are in no URL and no history', async () => {
    const stage = await eventful()
    const { history, location, document } = stage.tab.window()
    expect(leaksIn([location.href, history.state, document.referrer, document.title], stage.provider.secrets)).toEqual(
      [],
    )
    expect(history.length).toBe(1)
  })

  it('I05 are in no error, however it is written out', async () => {
    const stage = await eventful()
    const errors: AuthError[] = []
    const echo: Fault = async (request, normally) => {
      const sent = await request.clone().text()
      const body = await (await normally()).text()
      return answers(400, { error: 'invalid_grant', error_description: `${sent} ${body}` })(request, normally)
    }
    const faults: Fault[] = [echo, answers(500, 'x'), changes((body) => ({ ...body, token_type: body.access_token }))]
    faults.push(changes((body) => ({ ...body, expires_in: body.refresh_token })))
    faults.push(changes((body) => ({ ...body, id_token: `${body.id_token}x` })))
    faults.push(changes((body) => ({ ...body, scope: [body.access_token] })))
    for (const fault of faults) {
      await stage.auth.login()
      const next = await returning(stage)
      stage.provider.faults.token.once(fault)
      const state = await next.auth.start()
      if (state.status === 'signed-out') errors.push(reasonOf(state))
      stage.tab.close()
    }
    expect(errors).toHaveLength(faults.length)
    for (const error of errors) {
      expect(error).toBeInstanceOf(AuthError)
      expect(error.cause).toBeUndefined()
      const written = [
        String(error),
        error.stack,
        JSON.stringify(error),
        inspect(error, { depth: 10, showHidden: true }),
      ]
      expect(leaksIn([error, written], stage.provider.secrets)).toEqual([])
    }
  })

  const callbacks: [string, (url: URL) => unknown, AuthErrorCode][] = [
    ['with another issuer', (url) => url.searchParams.set('iss', 'https://evil.example'), 'callback_invalid'],
    ['with two codes', (url) => url.searchParams.append('code', 'x'), 'callback_invalid'],
    ['with its code for an error', (url) => echoed(url, 'code', 'error'), 'provider_error'],
    ['with its state for an error', (url) => echoed(url, 'state', 'error'), 'provider_error'],
    ['with its code for a description', (url) => echoed(url, 'code', 'error_description'), 'provider_error'],
    ['with its state for a description', (url) => echoed(url, 'state', 'error_description'), 'provider_error'],
  ]
  const echoed = ({ searchParams }: URL, from: string, to: string) => {
    const secret = searchParams.get(from) ?? ''
    searchParams.set('error', 'access_denied')
    searchParams.set(to, secret)
    searchParams.delete('code')
  }
  it.each(callbacks)('I05 are not in the error of a callback %s, nor are code and state', async (_, change, code) => {
    const { auth, provider, tab } = await backWith(change)
    const error = reasonOf(await auth.start())
    expect(error.code).toBe(code)
    const { searchParams } = new URL(tab.departures[0] ?? '')
    const secrets = [...provider.secrets, searchParams.get('state') ?? '', searchParams.get('nonce') ?? '']
    expect(leaksIn(error, secrets)).toEqual([])
  })

  const views: Record<string, (auth: Auth) => unknown> = {
    'by walking it': (auth) => auth,
    'by JSON': (auth) => JSON.stringify(auth),
    'by inspecting it': (auth) => inspect(auth, { depth: 20, showHidden: true, showProxy: true, getters: true }),
    'by spreading it': (auth) => ({ ...auth }),
    'by walking its state': (auth) => auth.state,
    'by cloning its state': (auth) => structuredClone(auth.state),
    'by making it reactive': (auth) => JSON.stringify(reactive(auth)),
    'by reading the source of its functions': (auth) => Object.values(auth).map(String),
  }
  it.each(Object.entries(views))('I06, I13 cannot be had from the client %s', async (_, view) => {
    const stage = await eventful()
    expect(leaksIn(view(stage.auth), stage.provider.secrets)).toEqual([])
  })

  it('I06 cannot be had from a promise, a subscription or a response', async () => {
    const stage = await signedIn()
    const seen: unknown[] = []
    stage.auth.subscribe((state) => seen.push(state))
    const response = await stage.auth.authFetch(API)
    seen.push(response, response.url, [...response.headers], await response.json())
    await stage.auth.logout()
    expect(seen.length).toBeGreaterThan(4)
    expect(leaksIn(seen, stage.provider.secrets)).toEqual([])
  })

  it('I07 are not on the global object, and neither is the client', async () => {
    const before = new Set(Reflect.ownKeys(globalThis))
    const stage = await eventful()
    const added = Reflect.ownKeys(globalThis).filter((key) => !before.has(key) && key !== 'window')
    const values = added.map((key) => Reflect.get(globalThis, key) as unknown)
    expect(values).not.toContain(stage.auth)
    const own = Object.keys(stage.tab.window()).map((key) => Reflect.get(stage.tab.window(), key) as unknown)
    expect(
      leaksIn(
        [...values, ...own].filter((value) => typeof value === 'string'),
        stage.provider.secrets,
      ),
    ).toEqual([])
    expect(added.map(String).filter((key) => /latchkey|auth|token/i.test(key))).toEqual([])
  })

  it('I04 are never said in the console, not even when everything fails', async () => {
    const stage = await eventful()
    stage.auth.subscribe(() => {
      throw new Error('a broken listener')
    })
    stage.provider.revokeEverything()
    await advance(1_200_000)
    expect(stage.auth.state.status).toBe('signed-out')
    expect(leaksIn(stage.tab.reported, stage.provider.secrets)).toEqual([])
  })

  it('I16 the ID token goes to the end_session endpoint alone', async () => {
    const stage = await eventful()
    await stage.auth.logout()
    const idTokens = stage.provider.secrets.filter(
      (secret) => secret.startsWith('ey') && payloadOf(secret).aud === 'notes-spa',
    )
    expect(idTokens.length).toBeGreaterThan(1)
    const sent = stage.provider.requests.map(({ url, form, request }) => [url.href, String(form), [...request.headers]])
    expect(leaksIn(sent, idTokens)).toEqual([])
    const told = stage.tab.departures.filter((url) => leaksIn(url, idTokens).length > 0)
    expect(told.map((url) => new URL(url).pathname)).toEqual(['/logout'])
  })
})

const payloadOf = (jwt: string) => JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString())

describe('A pending login', () => {
  const LEFT = ['state', 'nonce', 'code_verifier']
  const secretsOf = ({ tab, provider }: Stage) => {
    const asked = new URL(tab.departures.at(-1) ?? '').searchParams
    return [
      asked.get('state') ?? '',
      asked.get('nonce') ?? '',
      ...provider.requestsTo('token').flatMap(({ form }) => LEFT.flatMap((name) => form.get(name) ?? [])),
    ]
  }

  it('I02 is kept for this tab, and holds nothing but what the callback needs', async () => {
    const stage = firstVisit()
    await stage.auth.login({ returnTo: '/notes?x=1', parameters: { login_hint: 'ada@example.com' } })
    expect(stage.tab.localStorage).toHaveLength(0)
    const text = JSON.stringify(stored(stage))
    expect(text).toContain(secretsOf(stage)[0])
    expect(text).toContain('/notes?x=1')
    expect(text).not.toContain('ada@example.com')
  })

  const endings: Record<string, (url: URL, stage: Stage) => unknown> = {
    success: () => {},
    'an error response': (url) => url.searchParams.set('error', 'access_denied'),
    'a wrong issuer': (url) => url.searchParams.set('iss', 'x'),
    'a refused code': (url) => url.searchParams.set('code', 'x'),
    'a provider that is down': (_, { provider }) => provider.faults.token.always(breaks),
    'too long a time': () => sleep(700_000),
  }
  it.each(Object.entries(endings))('I02 is gone after the callback: %s', async (_, ending) => {
    const stage = await backWith(ending)
    await stage.auth.start()
    expect(leaksIn(stored(stage), secretsOf(stage))).toEqual([])
  })

  it('I02 is gone before the code is sent', async () => {
    const stage = await backFromProvider()
    const token = held()
    stage.provider.faults.token.once(token)
    const starting = stage.auth.start()
    await token.asked
    expect(leaksIn(stored(stage), secretsOf(stage))).toEqual([])
    token.release()
    await starting
  })

  it('I15 that was copied into a duplicated tab brings no token there', async () => {
    const stage = firstVisit()
    await stage.auth.login()
    const callback = await stage.provider.visit(stage.tab.departures[0] ?? '')
    const copy = openTab(HOME, stage.tab)
    const own = reloaded(stage, callback)
    own.tab.focus()
    expect((await own.auth.start()).status).toBe('signed-in')
    copy.load(callback)
    const auth = copy.createAuth(stage.options)
    const state = await auth.start()
    expect(state.status).toBe('signed-out')
    expect(leaksIn([state, Object.entries(copy.sessionStorage)], stage.provider.secrets)).toEqual([])
    copy.close()
  })

  it('I15 a tab duplicated after sign-in is not signed in by that', async () => {
    const stage = await signedIn({ options: { restore: [] } })
    const copy = openTab(HOME, stage.tab)
    expect(await copy.createAuth(stage.options).start()).toEqual({ status: 'signed-out' })
    copy.close()
  })
})
