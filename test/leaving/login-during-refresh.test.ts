// @vitest-environment node
import { held } from 'latchkey/testing'
import { expect, it } from 'vitest'
import { inAnotherTab, returning, signedIn } from '../browser.ts'
import { advance, settled, sleep } from '../clock.ts'
import { callerOn } from './caller.ts'

/** Ada's tab waits for a refresh while she signs in in another tab (a step-up, a second click); then the refresh is answered. */
async function sameLoginDuringRefresh() {
  const one = await signedIn({ home: 'shared-worker' })
  const away = inAnotherTab(one)
  await away.auth.start()
  sleep(601_000)
  const token = held()
  one.provider.faults.token.once(token)
  const call = callerOn(one)
  await token.asked
  await settled()
  away.tab.focus()
  await away.auth.login()
  const other = await returning(away)
  await other.auth.start()
  return { one, other, call, token }
}

it('G31 the same person signs in while a refresh is under way: who waits for it is not told that nobody is signed in', async () => {
  const { call, token } = await sameLoginDuringRefresh()
  token.release()
  expect(await call.outcome).toBe(200)
})

it('G31 the same person signs in while a refresh hangs: who waits for that is served with the new token, at once', async () => {
  const { call } = await sameLoginDuringRefresh()
  // No time passes.
  expect(await call.outcome).toBe(200)
})

it('G31 the same person signs in while a refresh is under way: the late token is not revoked, which may end the new login', async () => {
  const { one, other, token } = await sameLoginDuringRefresh()
  // As Keycloak: one session for all logins of one person in one browser; to revoke a token of it ends them all.
  one.provider.faults.revocation.always((_, normally) => {
    one.provider.revokeEverything()
    return normally()
  })
  token.release()
  await settled()
  await advance(1_200_000)
  expect(other.auth.state.status).toBe('signed-in')
})
