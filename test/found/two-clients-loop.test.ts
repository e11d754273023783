// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { firstVisit, reloaded, returning } from '../browser.ts'

describe('Two clients on one page', () => {
  it('K14, L05 the failures of one do not stop the other', async () => {
    let stage = firstVisit()
    stage.provider.signIn(undefined)
    for (let visit = 0; visit < 2; visit += 1) {
      await stage.auth.start()
      await stage.auth.login()
      stage = await returning(stage)
    }
    await stage.auth.start()
    stage = reloaded(stage, 'https://app.example.com/')
    Object.defineProperty(stage.tab.window().navigator, 'userActivation', {
      value: { isActive: false },
      configurable: true,
    })
    const other = stage.tab.createAuth({ ...stage.options, clientId: 'chat-spa' })
    await other.start()
    await other.login()
    expect(stage.tab.departures).toHaveLength(3)
  })
})
