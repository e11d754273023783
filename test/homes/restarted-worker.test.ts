// @vitest-environment node
import { keepIn } from 'latchkey/persist'
import { connectVault, createAuth } from 'latchkey/remote'
import { createTestProvider } from 'latchkey/testing'
import { expect, it, onTestFinished } from 'vitest'
import { API } from '../api-calls.ts'
import { optionsFor } from '../browser.ts'
import { advance, settled } from '../clock.ts'
import { expectRefusal } from '../outcome.ts'
import { memoryStore } from '../persist/memory-store.ts'
import { openTab } from '../tab.ts'
import { type FakeWorker, startDedicated, startShared } from './fake-workers.ts'

it.each([
  ['dedicated', startDedicated],
  ['shared', startShared],
] as const)(
  'a %s worker that dies while the session is kept: the next call finds it, nobody signs in again',
  async (_, start) => {
    const provider = createTestProvider()
    const keepSession = keepIn(memoryStore())
    const workers: FakeWorker[] = []
    const make = () => {
      const worker = start(optionsFor(provider, { keepSession }))
      workers.push(worker)
      return worker.connect()
    }
    const page = () => {
      const auth = createAuth({ vault: connectVault(make) })
      onTestFinished(() => auth.dispose())
      return auth
    }
    const tab = openTab()
    const before = page()
    await before.login()
    before.dispose()
    await settled()
    await tab.follow(provider)
    const auth = page()
    expect((await auth.start()).status).toBe('signed-in')
    workers.at(-1)?.die()
    const noticed = expectRefusal(auth.authFetch(API), 'vault_unavailable')
    await advance(25_000)
    await noticed
    const next = auth.authFetch(API)
    next.catch(() => {})
    await advance(5_000)
    expect((await next).status).toBe(200)
    expect(auth.state.status).toBe('signed-in')
  },
)
