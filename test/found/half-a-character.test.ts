// @vitest-environment node
import { answers, changes } from 'latchkey/testing'
import { expect, it } from 'vitest'
import { backFromProvider } from '../browser.ts'
import { sleep } from '../clock.ts'
import { expectRefusal } from '../outcome.ts'

// Half of a surrogate pair: encodeURIComponent throws a URIError for it.
const HALF = '\ud800'

it('C19 a verifier that storage gave back with half a character in it ends in a typed refusal', async () => {
  const stage = await backFromProvider()
  for (const [key, text] of Object.entries(stage.tab.sessionStorage))
    if (key.startsWith('latchkey login'))
      stage.tab.sessionStorage.setItem(
        key,
        JSON.stringify({ ...JSON.parse(text), value: { ...JSON.parse(text).value, verifier: HALF } }),
      )
  expect(await stage.auth.start()).toMatchObject({ status: 'signed-out', reason: { code: 'provider_error' } })
})

it('C19, G09 a refresh token with half a character in it ends in a typed refusal', async () => {
  const stage = await backFromProvider()
  stage.provider.faults.token.once(changes((body) => ({ ...body, refresh_token: HALF })))
  expect(await stage.auth.start()).toMatchObject({ status: 'signed-in' })
  stage.provider.faults.token.once(answers(400, { error: 'invalid_grant' }))
  sleep(700_000)
  await expectRefusal(stage.auth.authFetch('https://api.example.com/'), 'login_required')
  expect(stage.auth.state).toMatchObject({
    status: 'signed-out',
    reason: { code: 'login_required', provider: { error: 'invalid_grant' } },
  })
})
