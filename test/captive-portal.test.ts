// @vitest-environment node
import { answers, showsAPage } from 'latchkey/testing'
import { expect, it } from 'vitest'
import { API } from './api-calls.ts'
import { reloaded, signedIn } from './browser.ts'
import { sleep } from './clock.ts'
import { refusal } from './outcome.ts'

it.each([
  ['a captive portal', showsAPage()],
  ['a gateway', answers(403, { message: 'Forbidden' })],
])('G13 %s in front of everything ends no session that is renewed in a hidden frame', async (_, fault) => {
  const stage = await signedIn({ provider: { refreshTokens: 'none' } })
  // What the frame shows is a page of the portal, or of the browser: it cannot be read.
  stage.tab.frame = async () => 'chrome-error://chromewebdata/'
  stage.provider.faults.jwks.always(fault)
  sleep(601_000)
  expect((await refusal(stage.auth.authFetch(API))).code).toBe('provider_invalid')
  expect(stage.auth.state.status).toBe('signed-in')
})

it('L05 a captive portal is no place to lead a page to that looks for its session', async () => {
  const stage = await signedIn({ options: { restore: ['redirect'] } })
  const page = reloaded(stage)
  page.provider.faults.jwks.always(showsAPage())
  const before = page.tab.departures.length
  expect(await page.auth.start()).toMatchObject({ status: 'signed-out', reason: { code: 'provider_invalid' } })
  expect(page.tab.departures).toHaveLength(before)
})
