// @vitest-environment node
import { expect, it } from 'vitest'
import { API } from './api-calls.ts'
import { signedIn } from './browser.ts'
import { advance, sleep } from './clock.ts'
import { renewalOf } from './refreshing.ts'

const ERROR_PAGE = 'chrome-error://chromewebdata/'

// The page is shown, the network changes under it (ERR_NETWORK_CHANGED), and half a second later the provider answers.
it('K05 a frame that shows an error page because the network changed just then signs nobody out', async () => {
  const stage = await signedIn({ provider: { refreshTokens: 'none' } })
  let frames = 0
  stage.tab.frame = async (url) => {
    frames += 1
    return frames === 1 ? ERROR_PAGE : stage.provider.visit(url)
  }
  sleep(601_000)
  await stage.auth.authFetch(API).catch(() => {})
  await advance(10_000)
  expect(renewalOf(stage.auth.state)).toBe('fresh')
})
