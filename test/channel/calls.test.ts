// @vitest-environment node
import { AuthError } from 'latchkey'
import { describe, expect, it } from 'vitest'
import type { PendingLogin } from '../../src/contract/vault.ts'
import { refusal } from '../outcome.ts'
import { connected, openPage, quiet, SIGNED_OUT, signedInAs, stage, stranger } from './line.ts'

const HELLO = { id: 0, name: 'hello', argument: 1, mark: '' }

describe('A vault elsewhere', () => {
  it('answers each call with its own answer, in whatever order they come', async () => {
    const waiting = new Map<string, (login: PendingLogin) => void>()
    const { line } = stage({
      beginLogin: ({ parameters }) => new Promise((resolve) => waiting.set(`${parameters?.ui_locales}`, resolve)),
    })
    const vault = await connected(line())
    const first = vault.beginLogin({ parameters: { ui_locales: 'de' } })
    const second = vault.beginLogin({ parameters: { ui_locales: 'fr' } })
    await quiet()
    waiting.get('fr')?.({ url: 'https://login.example.com/fr', state: 'fr' })
    expect((await second).state).toBe('fr')
    waiting.get('de')?.({ url: 'https://login.example.com/de', state: 'de' })
    expect((await first).state).toBe('de')
  })

  it('shows the state that an answer goes with before that answer', async () => {
    const { line, state } = stage({
      async redeemLogin() {
        state.set(signedInAs('ada'))
      },
    })
    const vault = await connected(line())
    expect(vault.state).toEqual(SIGNED_OUT)
    await vault.redeemLogin('?code=1')
    expect(vault.state).toEqual(signedInAs('ada'))
  })

  it('shows a change to every page, once, and says of one that nobody would notice that it is silent', async () => {
    const { line, state } = stage()
    const vaults = [await connected(line()), await connected(line())]
    const seen = vaults.map(() => [] as unknown[])
    for (const [index, vault] of vaults.entries())
      vault.subscribe(({ status }, silent) => seen[index]?.push([status, silent]))
    state.set(signedInAs('ada'))
    await quiet()
    const loud = ['signed-in', false]
    expect(seen).toEqual([[loud], [loud]])
    state.set(signedInAs('ada', { expiresAt: 7 }), true)
    await quiet()
    const silent = ['signed-in', true]
    expect(seen).toEqual([
      [loud, silent],
      [loud, silent],
    ])
    for (const vault of vaults) expect(vault.state).toMatchObject({ session: { expiresAt: 7 } })
  })

  it('brings a page up to date with what it is answered', async () => {
    const { line, state } = stage()
    const vault = await connected(line())
    state.set(signedInAs('ada', { expiresAt: 8 }), true)
    await vault.connect()
    expect(vault.state).toMatchObject({ session: { expiresAt: 8 } })
  })

  it('has states that are frozen through and through', async () => {
    const { line, state } = stage()
    state.set(signedInAs('ada', { user: { sub: 'ada', address: { city: 'London' } } }))
    const vault = await connected(line())
    const deeply = (value: unknown): unknown[] =>
      typeof value === 'object' && value !== null ? [value, ...Object.values(value).flatMap(deeply)] : []
    expect(deeply(vault.state)).toHaveLength(5)
    expect(deeply(vault.state).filter((part) => !Object.isFrozen(part))).toEqual([])
  })

  it('refuses as it would here: with the code, the sentence and what belongs to it', async () => {
    const provider = { error: 'access_denied', description: 'No.' }
    const stepUp = { acrValues: 'gold', maxAge: 60 }
    const { line, state } = stage({
      redeemLogin: async () => {
        throw new AuthError('provider_error', 'It said no.', { provider, retryAfter: 5, stepUp })
      },
    })
    state.set({ status: 'signed-out', reason: new AuthError('login_required', 'Over.', { provider }) })
    const vault = await connected(line())
    expect(vault.state.status === 'signed-out' && vault.state.reason).toBeInstanceOf(AuthError)
    expect(vault.state).toMatchObject({ reason: { code: 'login_required', message: 'Over.', provider } })
    const error = await refusal(vault.redeemLogin('?error=access_denied'))
    expect(error).toMatchObject({ code: 'provider_error', message: 'It said no.', provider, retryAfter: 5, stepUp })
  })

  it('says of any other failure that there was one, and nothing more', async () => {
    const secret = 'ey-secret'
    const { line } = stage({
      userInfo: () => Promise.reject(Object.assign(new RangeError(secret), { cause: secret, token: secret })),
    })
    const port = line()
    const { heard, says } = stranger(port)
    await says(HELLO, { id: 1, name: 'userInfo', argument: undefined, mark: '' })
    expect(JSON.stringify(heard)).toContain('"id":1')
    expect(JSON.stringify(heard)).not.toContain(secret)
    const error = await (await connected(line())).userInfo().catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(TypeError)
  })

  it('is not asked at all where what was passed cannot be posted', async () => {
    const { line } = stage()
    const vault = await connected(line())
    const wrong = { parameters: { prompt: (() => {}) as unknown as string } }
    expect((await refusal(vault.beginLogin(wrong))).code).toBe('configuration')
  })

  it('hears nothing from a page that has let go, and what it was asked before is over', async () => {
    const { line, state } = stage({ userInfo: () => new Promise(() => {}) })
    const vault = await connected(line())
    state.set(signedInAs('ada'))
    await quiet()
    const asked = vault.userInfo().catch((error: AuthError) => error.code)
    vault.dispose()
    expect(await asked).toBe('login_required')
    expect(vault.state).toEqual(SIGNED_OUT)
    state.set(signedInAs('grace'))
    await quiet()
    expect(vault.state).toEqual(SIGNED_OUT)
    expect((await refusal(vault.userInfo())).code).toBe('login_required')
  })

  it('of one page forgets all with it; of all pages it goes on', async () => {
    for (const [belongsTo, disposals] of [
      ['one', 1],
      ['all', 0],
    ] as const) {
      let disposed = 0
      const dispose = () => {
        disposed += 1
      }
      const { line } = stage({ dispose }, belongsTo)
      const vault = await connected(line())
      vault.dispose()
      await quiet()
      expect(disposed).toBe(disposals)
    }
  })

  it('does not take an answer to an earlier page for one to the next on the same port', async () => {
    const answers: ((user: { sub: string }) => void)[] = []
    const { line } = stage({ userInfo: () => new Promise((resolve) => answers.push(resolve)) })
    const port = line()
    const before = await connected(port)
    const lost = before.userInfo().catch(() => 'lost')
    await quiet()
    before.dispose()
    expect(await lost).toBe('lost')
    const after = await connected(port, openPage())
    const asked = after.userInfo()
    await quiet()
    answers[0]?.({ sub: 'of before' })
    await quiet()
    answers[1]?.({ sub: 'of now' })
    expect(await asked).toEqual({ sub: 'of now' })
  })
})
