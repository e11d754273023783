// A sign-out while a session is still being looked for must hold.
import { describe, expect, it } from 'vitest'
import { inAnotherTab, signedIn } from '../browser.ts'
import { settled, until } from '../clock.ts'

for (const home of ['page', 'worker', 'shared-worker'] as const) {
  describe(`G06 a sign-out in the ${home} home`, () => {
    it('holds while this very page still looks for the session in a hidden frame', async () => {
      const stage = await signedIn({ home, options: { restore: ['frame'] } })
      const { tab, provider, options } = stage
      tab.load(tab.url())
      for (const worker of tab.browser.workers) worker.die()
      tab.browser.shared.clear()
      let asked = false
      let goOn = () => {}
      const held = new Promise<void>((resolve) => {
        goOn = resolve
      })
      tab.frame = async (url) => {
        asked = true
        const end = await provider.visit(url)
        await held
        return end
      }
      const auth = tab.createAuth(options)
      const started = auth.start()
      await until(() => asked)
      await auth.logout()
      goOn()
      await started
      await settled()
      expect(auth.state.status).toBe('signed-out')
    })
  })
}

describe('G06 a sign-out in another tab', () => {
  it('holds while this page still looks for the session in a hidden frame', async () => {
    const one = await signedIn({ home: 'page', options: { restore: ['frame'] } })
    const { provider } = one
    const other = inAnotherTab(one)
    let asked = false
    let goOn = () => {}
    const held = new Promise<void>((resolve) => {
      goOn = resolve
    })
    other.tab.frame = async (url) => {
      asked = true
      const end = await provider.visit(url)
      await held
      return end
    }
    const started = other.auth.start()
    await until(() => asked)
    one.tab.focus()
    await one.auth.logout()
    other.tab.focus()
    goOn()
    await started
    await settled()
    expect(other.auth.state.status).toBe('signed-out')
  })
})
