// @vitest-environment node
import fc from 'fast-check'
import type { AuthEvent } from 'latchkey/events'
import { answers, breaks, type Fault, unauthorized } from 'latchkey/testing'
import { expect, it } from 'vitest'
import { API } from '../api-calls.ts'
import { firstVisit, reloaded, returning, type Stage } from '../browser.ts'
import { advance, settled, sleep } from '../clock.ts'
import { forAll, LONG } from '../fuzz/fuzz.ts'
import { HOMES } from '../homes/home.ts'
import { found, writings } from '../leaks.ts'
import { hearing } from './listening.ts'

const PERSON = { sub: 'Zebulon-7', name: 'Zebulon Quist', email: 'zebulon@quist.example' }
const OF_THE_PERSON = /zebulon|quist|example\.com|https?:/i

/** Says what it was shown, as its error and about it. */
const echoes: Fault = async (request) => {
  const form = new URLSearchParams(await request.text())
  const shown = form.get('refresh_token') ?? form.get('code') ?? request.headers.get('authorization')
  return answers(400, { error: shown, error_description: `${shown} of ${PERSON.name}, see ${request.url}` })(
    request,
    async () => new Response(),
  )
}
const namesThem: Fault = answers(400, { error: PERSON.email, error_description: PERSON.name })
const refuses: Fault = answers(400, { error: 'invalid_grant', error_description: `${PERSON.name} was signed out` })
const challenges: Fault = (request) =>
  unauthorized(`Bearer error="invalid_token", error_description="${request.headers.get('authorization')}"`)

type Step = (stage: Stage, next: (stage: Stage) => Stage) => Promise<unknown> | unknown

const faulty =
  (endpoint: 'token' | 'userInfo' | 'api' | 'discovery', fault: Fault): Step =>
  ({ provider }) =>
    provider.faults[endpoint].once(fault)

const STEPS: Record<string, Step> = {
  time: () => advance(400_000),
  sleep: () => sleep(700_000),
  echo: faulty('token', echoes),
  names: faulty('token', namesThem),
  refusal: faulty('token', refuses),
  outage: faulty('token', breaks),
  noDiscovery: faulty('discovery', breaks),
  badToken: ({ provider }) => provider.idToken.once({ claims: (claims) => ({ ...claims, aud: PERSON.email }) }),
  challenge: faulty('api', challenges),
  oddUser: faulty('userInfo', echoes),
  ask: ({ auth }) => auth.authFetch(`${API}${PERSON.sub}?email=${PERSON.email}`),
  stray: ({ auth }) => auth.authFetch(`https://evil.example/${PERSON.sub}`),
  user: ({ auth }) => auth.userInfo(),
  logout: ({ auth }) => auth.logout(),
  login: async (stage, next) => {
    const { departures } = stage.tab
    const before = departures.length
    await stage.auth.login({ returnTo: `/${PERSON.sub}` })
    if (departures.length === before) return
    await next(await returning(stage)).auth.start()
  },
  reload: (stage, next) => next(reloaded(stage)).auth.start(),
}

it('No event holds a secret, a URL, or anything of the person, whatever happens', { timeout: LONG }, async () => {
  const types = new Set<string>()
  const steps = fc.array(fc.constantFrom(...Object.keys(STEPS)), { minLength: 3, maxLength: 10 })
  await forAll(20, fc.tuple(fc.constantFrom(...HOMES), steps), async ([home, names]) => {
    const told: AuthEvent[] = []
    const telling = (stage: Stage): Stage => ({ ...stage, auth: hearing(stage.auth, told) })
    let stage = telling(firstVisit({ home }))
    stage.provider.signIn(PERSON)
    const next = (loaded: Stage) => {
      stage = telling(loaded)
      return stage
    }
    for (const name of ['login', ...names]) {
      const step = Promise.resolve(STEPS[name]?.(stage, next)).catch(() => {})
      await settled()
      await advance(10_000)
      await step
    }
    const text = writings(told).join('\n')
    expect(found(text, stage.provider.secrets)).toEqual([])
    expect(text).not.toMatch(OF_THE_PERSON)
    for (const { type } of told) types.add(type)
    stage.tab.close()
  })
  expect([...types]).toEqual(
    expect.arrayContaining([
      'degraded',
      'ended',
      'login_failed',
      'login_finished',
      'login_started',
      'refreshed',
      'request_refused',
      'session_restored',
    ]),
  )
})
