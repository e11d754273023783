// @vitest-environment node
import { unauthorized } from 'latchkey/testing'
import { expect, it } from 'vitest'
import { API, EXPIRED } from './api-calls.ts'
import { signedIn } from './browser.ts'
import { advance } from './clock.ts'
import { refreshesAt } from './refreshing.ts'

// Its clock is ahead by more than a token lives, or it was deployed with the keys of somebody else.
it('H17 an API that refuses every token, asked every second: refreshes become fewer, not one every five seconds for ever', async () => {
  const stage = await signedIn({ provider: { lifetime: 3_600 } })
  stage.provider.faults.api.always(() => unauthorized(EXPIRED))
  for (let second = 0; second < 600; second += 1) {
    expect((await stage.auth.authFetch(API)).status).toBe(401)
    await advance(1_000)
  }
  // A session that nobody refuses has two in an hour.
  expect(refreshesAt(stage).length).toBeLessThanOrEqual(12)
})
