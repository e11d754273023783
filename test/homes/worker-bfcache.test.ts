// @vitest-environment node
import { connectVault, createAuth } from 'latchkey/remote'
import { createTestProvider } from 'latchkey/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { API } from '../api-calls.ts'
import { optionsFor } from '../browser.ts'
import { settled } from '../clock.ts'
import { openTab } from '../tab.ts'
import { type FakeWorker, startDedicated } from './fake-workers.ts'

describe('worker: a page that is kept and comes back, whose worker a function has made, as the README has it', () => {
  it('B10 is signed in still: the worker that holds the session is asked, and no other made', async () => {
    const provider = createTestProvider()
    const tab = openTab()
    const made: FakeWorker[] = []
    const page = () => {
      const make = () => {
        const worker = startDedicated(optionsFor(provider, { restore: [] }))
        made.push(worker)
        return worker.connect()
      }
      const auth = createAuth({ vault: connectVault(make) })
      onTestFinished(() => auth.dispose())
      return auth
    }
    const before = page()
    await before.login()
    before.dispose()
    await settled()
    // The pending login of a dedicated worker is in IndexedDB, which the next one reads.
    await tab.follow(provider)
    const auth = page()
    expect(await auth.start()).toMatchObject({ status: 'signed-in' })
    const count = made.length
    const window = tab.window()
    for (const type of ['pagehide', 'pageshow']) {
      window.dispatchEvent(Object.assign(new window.Event(type), { persisted: true }))
      await settled()
    }
    expect(auth.state.status).toBe('signed-in')
    expect((await auth.authFetch(API)).status).toBe(200)
    expect(made).toHaveLength(count)
  })
})
