// @vitest-environment node
import type { AuthState } from 'latchkey'
import { describe, expect, it } from 'vitest'
import { advance } from '../clock.ts'
import { expectNothingKept, withBody, withText } from '../coming-back.ts'
import { expectSignedOut } from '../outcome.ts'

const expiresAt = (state: AuthState) => (state.status === 'signed-in' ? state.session.expiresAt : undefined)

/** The right response with this as its `expires_in`: JSON may say what a number cannot hold. */
const withJson = (json: string) => withText((text) => text.replace('"expires_in":600', `"expires_in":${json}`))

describe('The lifetime', () => {
  it.each([
    ['3600', 3_600_000],
    ['"3600"', 3_600_000],
    ['3599.75', 3_599_750],
    ['"3599.75"', 3_599_750],
    ['1E3', 1_000_000],
    ['" 60 "', 60_000],
    ['"0"', 0],
    ['-0', 0],
    ['1e-400', 0],
  ])('C10 of %s is taken as a number', async (json, milliseconds) => {
    expect(expiresAt((await withJson(json)).state)).toBe(Date.now() + milliseconds)
  })

  const WRONG = ['-1', '-0.5', '-1e400', '"-3"', '"soon"', '"3600s"', '"NaN"', '"٣٦٠٠"', '"0x10"', '"Infinity"', '" "']
  it.each([...WRONG, '"1e400"', 'true', 'false', '[]', '[3600]', '{}', '{"toString":1,"valueOf":1}'])(
    'C10 of %s is refused',
    async (json) => {
      const outcome = await withJson(json)
      expectSignedOut(outcome.state, 'provider_invalid')
      await expectNothingKept(outcome)
      await advance(60_000)
      expect(outcome.provider.requestsTo('token')).toHaveLength(1)
    },
  )

  it.each(['null', '""', undefined])('C11 of %s is not known: no timer, a refresh on 401', async (json) => {
    const { auth, provider, state } = await (json ? withJson(json) : withBody({ expires_in: undefined }))
    expect(state.status).toBe('signed-in')
    expect(expiresAt(state)).toBeUndefined()
    await advance(540_000)
    expect(provider.requestsTo('token')).toHaveLength(1)
    await advance(3_600_000)
    expect((await auth.authFetch('https://api.example.com/')).status).toBe(200)
    expect(provider.requestsTo('token')).toHaveLength(2)
  })

  it('C13, G26 of nothing is usable once and refreshed at a bounded rate', async () => {
    const { auth, provider, state } = await withBody({ expires_in: 0 })
    expect(state.status).toBe('signed-in')
    expect((await auth.authFetch('https://api.example.com/')).status).toBe(200)
    await advance(60_000)
    // One exchange, then a refresh every five seconds.
    expect(provider.requestsTo('token')).toHaveLength(13)
    expect(auth.state.status).toBe('signed-in')
  })

  it('C13, G26 of nothing serves a hundred requests at once without a hundred refreshes', async () => {
    const { auth, provider } = await withBody({ expires_in: 0 })
    const all = Array.from({ length: 100 }, () => auth.authFetch('https://api.example.com/'))
    expect(new Set((await Promise.all(all)).map(({ status }) => status))).toEqual(new Set([200]))
    expect(provider.requestsTo('token')).toHaveLength(1)
  })

  it.each(['2592000', '2147484', '2147483.648', '1e10', '1e15', '9007199254740993', '1e300', '1e400'])(
    'C14, G25 of %s seconds is no reason to refresh now, and a date that can be shown',
    async (json) => {
      const { auth, provider, state } = await withJson(json)
      expect(state.status).toBe('signed-in')
      await advance(3_600_000)
      expect(provider.requestsTo('token')).toHaveLength(1)
      const end = new Date(Number(expiresAt(auth.state)))
      expect(end.getTime()).toBeGreaterThan(Date.now())
      expect(end.toISOString()).toMatch(/^\+?\d{4,6}-/)
    },
  )
})
