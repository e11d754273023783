// @vitest-environment node
import { expect, it } from 'vitest'
import { backFromProvider, firstVisit, reloaded } from '../browser.ts'

// A time that cannot become a number: `Date.now() - at` throws a TypeError.
const ODD = '{"value":1,"at":{"valueOf":1,"toString":1}}'

it('start() does not reject where storage holds a time that is none', async () => {
  const stage = firstVisit()
  stage.tab.sessionStorage.setItem('latchkey return x', ODD)
  const page = reloaded(stage, 'https://app.example.com/?code=x')
  expect((await page.auth.start()).status).toBe('signed-out')
})

it('login() finds its way around metadata kept with a time that is none', async () => {
  const stage = firstVisit()
  stage.tab.sessionStorage.setItem('latchkey metadata https://login.example.com', ODD)
  await stage.auth.login()
  expect(stage.tab.departures).toHaveLength(1)
})

it('a callback whose pending login was written over is refused, not a TypeError', async () => {
  const stage = await backFromProvider()
  for (const key of Object.keys(stage.tab.sessionStorage))
    if (key.startsWith('latchkey login')) stage.tab.sessionStorage.setItem(key, ODD)
  expect(await stage.auth.start()).toMatchObject({ status: 'signed-out', reason: { code: 'callback_invalid' } })
})
