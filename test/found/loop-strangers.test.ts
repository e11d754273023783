// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { firstVisit, reloaded } from '../browser.ts'

describe('The loop guard', () => {
  it('L05, B03 counts logins of this tab: links that somebody else made keep nobody from an automatic login', async () => {
    let stage = firstVisit()
    for (const state of ['A'.repeat(43), 'B'.repeat(43)]) {
      stage = reloaded(stage, `https://app.example.com/?code=x&state=${state}`)
      await stage.auth.start()
    }
    stage = reloaded(stage, 'https://app.example.com/')
    Object.defineProperty(stage.tab.window().navigator, 'userActivation', {
      value: { isActive: false },
      configurable: true,
    })
    await stage.auth.start()
    await stage.auth.login()
    expect(stage.tab.departures).toHaveLength(1)
  })
})
