// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { API } from '../api-calls.ts'
import { sleep } from '../clock.ts'
import { refreshesAt } from '../refreshing.ts'
import { afterReload, change, type Keeping, type keptIn, keptSession, NAME } from './keeping.ts'

type Change = (kept: ReturnType<typeof keptIn>) => unknown
const claims = (kept: ReturnType<typeof keptIn>) => kept.tokens.claims as Record<string, unknown>

const CHANGES: [string, Change][] = [
  ['of another issuer', (kept) => Object.assign(claims(kept), { iss: 'https://evil.example' })],
  ['of another client', (kept) => Object.assign(claims(kept), { aud: 'chat-spa' })],
  ['of nobody', (kept) => Object.assign(claims(kept), { sub: '' })],
  ['of somebody else than the claims say', (kept) => Object.assign(claims(kept), { sub: 'grace' })],
  ['without claims', (kept) => delete kept.tokens.claims],
  ['without tokens', (kept) => delete (kept as Partial<typeof kept>).tokens],
  ['with an access token that is none', (kept) => Object.assign(kept.tokens, { accessToken: 'a b\r\nc' })],
  ['without an access token', (kept) => delete kept.tokens.accessToken],
  ['with a refresh token that is none', (kept) => Object.assign(kept.tokens, { refreshToken: { toString: 'x' } })],
  ['with an ID token that is none', (kept) => Object.assign(kept.tokens, { idToken: 'x' })],
  ['with a user that is none', (kept) => Object.assign(kept.tokens, { userJson: '{' })],
  ['with a scope that is none', (kept) => Object.assign(kept.tokens, { scope: null })],
  ['with a lifetime that is none', (kept) => Object.assign(kept.tokens, { lifetime: 'for ever' })],
  ['without a time', (kept) => Object.assign(kept, { at: '0' })],
  ['with a mark that is none', (kept) => Object.assign(kept, { mark: 7 })],
  ['with a doubt that is none', (kept) => Object.assign(kept, { inDoubt: 'x' })],
  ['with a time to wait that is none', (kept) => Object.assign(kept, { notBefore: 'x' })],
]

/** Nothing else finds a session again. */
const ALONE = { options: { restore: [] } }

/** What a reload makes of it: nothing that was kept may sign anybody in. */
async function reloadedWith(stage: Keeping) {
  const asked = stage.provider.requestsTo('token').length
  const next = await afterReload(stage)
  expect(next.auth.state.status).not.toBe('signed-in')
  expect(next.provider.requestsTo('token')).toHaveLength(asked)
}

describe('A kept session is not used', () => {
  it.each(CHANGES)('%s', async (_, how) => {
    const stage = await keptSession(ALONE)
    change(stage, how)
    await reloadedWith(stage)
  })

  it.each([
    ['nothing', ''],
    ['null', 'null'],
    ['a number', '7'],
    ['a list', '[]'],
    ['an empty object', '{}'],
    ['no tokens', '{"tokens":null}'],
    ['a token', 'refresh-x'],
    ['lists without end', '['.repeat(9_000)],
  ])('that reads %s', async (_, text) => {
    const stage = await keptSession(ALONE)
    stage.store.kept.set(NAME, text)
    await reloadedWith(stage)
  })

  it('that cannot be renewed and whose token is out', async () => {
    const stage = await keptSession({ ...ALONE, provider: { refreshTokens: 'none' } })
    sleep(601_000)
    await reloadedWith(stage)
  })

  it('K14 that another client of the same app keeps beside it', async () => {
    const stage = await keptSession(ALONE)
    stage.store.kept.set('1 chat-spa https://login.example.com', stage.store.kept.get(NAME) ?? '')
    stage.store.kept.delete(NAME)
    await reloadedWith(stage)
  })
})

describe('A kept session', () => {
  it('I12 pollutes nothing, and its user stays frozen', async () => {
    const stage = await keptSession()
    change(stage, ({ tokens }) =>
      Object.assign(tokens, { userJson: '{"sub":"ada","__proto__":{"polluted":1},"address":{"city":"London"}}' }),
    )
    const { auth } = await afterReload(stage)
    if (auth.state.status !== 'signed-in') throw new Error('Nobody is signed in.')
    const { user } = auth.state.session
    expect(user).toEqual({ sub: 'ada', address: { city: 'London' } })
    expect(Object.isFrozen(user) && Object.isFrozen(user.address)).toBe(true)
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })

  it('G23 that was written by a clock an hour ahead is renewed at once, as nobody can tell how old it is', async () => {
    const stage = await keptSession()
    sleep(-3_600_000)
    const next = await afterReload(stage)
    expect(next.auth.state).toMatchObject({ status: 'signed-in' })
    expect((await next.auth.authFetch(API)).status).toBe(200)
    expect(refreshesAt(next)).toHaveLength(1)
  })
})
