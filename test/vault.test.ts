// @vitest-environment node
import { answers, GRACE, held, unauthorized } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { checkOptions } from '../src/vault/check-options.ts'
import { createVault } from '../src/vault/create-vault.ts'
import { pageHome } from '../src/vault/home.ts'
import { API, EXPIRED } from './api-calls.ts'
import { firstVisit, type Stage } from './browser.ts'
import { settled, sleep, until } from './clock.ts'
import { refusal } from './outcome.ts'
import { HOME } from './tab.ts'

/** A vault that outlives pages, as one in a worker does: people sign in to it one after the other. */
async function signedInVault() {
  const stage = firstVisit()
  const page = {
    storage: () => stage.tab.sessionStorage,
    sharedStorage: () => stage.tab.localStorage,
    onShared: () => {},
    frame: () => Promise.reject(new Error('no frame')),
  }
  const home = pageHome(page, () => import('../src/vault/seldom.ts'))
  const vault = createVault(checkOptions(stage.options, HOME), home)
  const signIn = async () => {
    const { url } = await vault.beginLogin({})
    await vault.redeemLogin(new URL(await stage.provider.visit(url)).search)
  }
  await signIn()
  return { ...stage, vault, signIn, fetch: () => vault.fetch(new Request(API), 'repeatable') }
}

const revoked = ({ provider }: Pick<Stage, 'provider'>) =>
  provider.requestsTo('revocation').map(({ form }) => form.get('token'))
const refreshTokens = ({ provider }: Pick<Stage, 'provider'>) =>
  provider.secrets.filter((secret) => secret.startsWith('refresh-'))

describe('When somebody else signs in to the same vault', () => {
  it('B33, G31 while a refresh is under way, its late answer is discarded and revoked', async () => {
    const stage = await signedInVault()
    const token = held()
    stage.provider.faults.token.once(token)
    sleep(601_000)
    const adas = refusal(stage.fetch())
    await token.asked
    // Minted, and on its way, before anybody else comes.
    await until(() => refreshTokens(stage).length === 2)
    stage.provider.signIn(GRACE)
    await stage.signIn()
    token.release()
    expect((await adas).code).toBe('login_required')
    expect(stage.vault.state).toMatchObject({ status: 'signed-in', session: { user: { sub: 'grace' } } })
    expect(stage.provider.requestsTo('api')).toEqual([])
    expect(await (await stage.fetch()).json()).toMatchObject({ sub: 'grace' })
    await until(() => revoked(stage).length === 2)
    const late = refreshTokens(stage).filter((secret) => revoked(stage).includes(secret))
    // Minted in this order: Ada's, Ada's late one, Grace's.
    expect(late).toEqual(refreshTokens(stage).slice(0, 2))
    stage.vault.dispose()
  })

  it('B33, G31 while a refresh is under way, its late refusal ends nobody else’s session', async () => {
    const stage = await signedInVault()
    const late = held()
    stage.provider.faults.token.once(async (request, normally) => {
      await late(request, normally)
      return answers(400, { error: 'invalid_grant' })(request, normally)
    })
    sleep(601_000)
    const adas = refusal(stage.fetch())
    await late.asked
    stage.provider.signIn(GRACE)
    await stage.signIn()
    late.release()
    expect((await adas).code).toBe('login_required')
    expect(stage.vault.state).toMatchObject({ status: 'signed-in', session: { user: { sub: 'grace' } } })
    expect((await stage.fetch()).status).toBe(200)
    stage.vault.dispose()
  })

  it('B33, H19 a 401 that comes late is not tried again as the other person', async () => {
    const stage = await signedInVault()
    const late = held()
    stage.provider.faults.api.once(async (request, normally) => {
      await late(request, normally)
      return unauthorized(EXPIRED)
    })
    const adas = refusal(stage.fetch())
    await late.asked
    stage.provider.signIn(GRACE)
    await stage.signIn()
    late.release()
    expect((await adas).code).toBe('login_required')
    expect(stage.provider.requestsTo('api')).toHaveLength(1)
    stage.vault.dispose()
  })

  it('B33 what the first person held is revoked, once', async () => {
    const stage = await signedInVault()
    stage.provider.signIn(GRACE)
    await stage.signIn()
    await settled()
    expect(revoked(stage)).toEqual([refreshTokens(stage)[0]])
    stage.vault.dispose()
  })

  it('and when the same person signs in again nothing is revoked', async () => {
    const stage = await signedInVault()
    await stage.signIn()
    await settled()
    expect(revoked(stage)).toEqual([])
    expect((await stage.fetch()).status).toBe(200)
    stage.vault.dispose()
  })
})
