// @vitest-environment node
import { type AuthState, type Candidate, connectVault, createAuth } from 'latchkey/remote'
import { createTestProvider, hangs, held, type TestProvider } from 'latchkey/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { API } from '../api-calls.ts'
import { firstVisit, optionsFor, reloaded, returning, type Stage } from '../browser.ts'
import { advance, settled } from '../clock.ts'
import { expectRefusal, expectSignedOut, refusal } from '../outcome.ts'
import { openTab, type Tab } from '../tab.ts'
import { type FakeWorker, startDedicated, startShared } from './fake-workers.ts'

const FIVE_SECONDS = 5_000
const TWO_MINUTES = 120_000

/** A page whose tokens are wherever the first of these candidates that works keeps them. */
function pageOver(...candidates: Candidate[]) {
  const auth = createAuth({ vault: connectVault(...candidates) })
  onTestFinished(() => auth.dispose())
  const seen: AuthState[] = []
  auth.subscribe((state) => state.status !== 'loading' && seen.push(state))
  return { auth, seen }
}

/** Starts a new worker each time, and remembers all of them. */
function factory(provider: TestProvider, start = startDedicated) {
  const workers: FakeWorker[] = []
  const make = () => {
    const worker = start(optionsFor(provider, { restore: [] }))
    workers.push(worker)
    return worker.connect()
  }
  return { workers, make, last: () => workers.at(-1) as FakeWorker }
}

/** Signs in over these candidates: to the provider, back, and through `start()` on the page that loads. */
async function signedInOver(tab: Tab, provider: TestProvider, candidate: Candidate) {
  const before = pageOver(candidate)
  await before.auth.login()
  before.auth.dispose()
  await settled()
  await tab.follow(provider)
  const page = pageOver(candidate)
  expect(await page.auth.start()).toMatchObject({ status: 'signed-in' })
  return page
}

/** Lets the clock run until this is settled. */
async function inTime<Value>(work: Promise<Value>): Promise<Value> {
  let isSettled = false
  const settle = () => {
    isSettled = true
  }
  work.then(settle, settle)
  for (let waited = 0; !isSettled && waited < TWO_MINUTES; waited += FIVE_SECONDS) {
    await settled()
    if (!isSettled) await advance(FIVE_SECONDS)
  }
  if (!isSettled) throw new Error('It hangs.')
  return work
}

const never = new Promise<never>(() => {})
const silent = () => new MessageChannel().port1
const closed = () => {
  const { port1 } = new MessageChannel()
  port1.close()
  return port1
}
const fails = () => {
  const worker = Object.assign(new EventTarget(), { port: new MessageChannel().port1, onerror: undefined as unknown })
  setImmediate(() => (worker.onerror as ((event: Event) => void) | undefined)?.(new Event('error')))
  return worker as unknown as SharedWorker
}
const throws = () => {
  throw new DOMException('Refused to create a worker: worker-src', 'SecurityError')
}

describe('A worker that does not come to be', () => {
  it.each<[string, Candidate]>([
    ['says nothing', silent],
    ['has a port that is closed', closed],
    ['fires an error: its script does not load', fails],
    ['is not allowed by the policy', throws],
    ['never comes: the function that makes it never answers', () => never],
    ['is refused: the function that makes it rejects', () => Promise.reject(new Error('offline'))],
    ['is none', undefined as unknown as Candidate],
    ['is something else', {} as unknown as Candidate],
  ])('and %s: vault_unavailable, in bounded time, and nothing hangs', async (_, candidate) => {
    const tab = openTab()
    const { auth, seen } = pageOver(candidate)
    expectSignedOut(await inTime(auth.start()), 'vault_unavailable')
    expect(seen).toHaveLength(1)
    await inTime(expectRefusal(auth.authFetch(API), 'vault_unavailable'))
    await inTime(expectRefusal(auth.userInfo(), 'vault_unavailable'))
    await inTime(expectRefusal(auth.login(), 'vault_unavailable'))
    expect(await inTime(auth.logout())).toBe('local')
    expect(tab.departures).toEqual([])
    expect(auth.home).toBeUndefined()
  })

  it.each<[string, Candidate]>([
    ['says nothing', silent],
    ['fires an error', fails],
    ['is not allowed', throws],
    ['never comes', () => never],
  ])('and %s gives way to the next, and to the page by name', async (_, candidate) => {
    const tab = openTab()
    const provider = createTestProvider()
    const { make } = factory(provider)
    const { auth } = pageOver(throws, candidate, make)
    expect(await inTime(auth.start())).toEqual({ status: 'signed-out' })
    expect(auth.home).toBe('worker')
    await auth.login()
    expect(tab.departures).toHaveLength(1)
  })

  it('is tried again by the next call, where a function makes it', async () => {
    const tab = openTab()
    const { make } = factory(createTestProvider())
    let works = false
    const { auth } = pageOver(() => (works ? make() : throws()))
    expectSignedOut(await inTime(auth.start()), 'vault_unavailable')
    works = true
    await inTime(auth.login())
    expect(tab.departures).toHaveLength(1)
  })
})

describe.each([
  ['dedicated', startDedicated],
  ['shared', startShared],
] as const)('A %s worker that dies', (_, start) => {
  it('is noticed while a call is under way: it rejects, the state says why, and nothing hangs', async () => {
    const provider = createTestProvider()
    const workers = factory(provider, start)
    const { auth, seen } = await signedInOver(openTab(), provider, workers.make)
    provider.faults.api.always(hangs)
    const calls = [refusal(auth.authFetch(API)), refusal(auth.authFetch(API, { method: 'POST', body: 'x' }))]
    await settled()
    workers.last().die()
    expect((await inTime(Promise.all(calls))).map(({ code }) => code)).toEqual(Array(2).fill('vault_unavailable'))
    expectSignedOut(auth.state, 'vault_unavailable')
    expect(seen.map(({ status }) => status)).toEqual(['signed-in', 'signed-out'])
  })

  it('is noticed by the next call', async () => {
    const provider = createTestProvider()
    const workers = factory(provider, start)
    const { auth } = await signedInOver(openTab(), provider, workers.make)
    workers.last().die()
    await inTime(expectRefusal(auth.userInfo(), 'vault_unavailable'))
    expectSignedOut(auth.state, 'vault_unavailable')
  })

  it('is noticed in the middle of a body', async () => {
    const provider = createTestProvider()
    const workers = factory(provider, start)
    const { auth } = await signedInOver(openTab(), provider, workers.make)
    const headers = { 'access-control-allow-origin': '*' }
    provider.faults.api.once(() => {
      const endless = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(9)) })
      return new Response(endless, { headers })
    })
    const reader = (await auth.authFetch(API)).body?.getReader()
    expect((await reader?.read())?.value).toHaveLength(9)
    const next = refusal(reader?.read() ?? never)
    await settled()
    workers.last().die()
    expect((await inTime(next)).code).toBe('vault_unavailable')
  })

  it('is started again by the next call, signed out, and a login goes through', async () => {
    const provider = createTestProvider()
    const workers = factory(provider, start)
    const tab = openTab()
    const { auth } = await signedInOver(tab, provider, workers.make)
    workers.last().die()
    await inTime(expectRefusal(auth.authFetch(API), 'vault_unavailable'))
    const before = workers.workers.length
    await expectRefusal(auth.authFetch(API), 'login_required')
    expect(workers.workers).toHaveLength(before + 1)
    expect(auth.state.status).toBe('signed-out')
    auth.dispose()
    await signedInOver(tab, provider, workers.make)
  })

  it('is no reason to give up one that is only slow: an API may take ten minutes', async () => {
    const provider = createTestProvider({ lifetime: 86_400 })
    const workers = factory(provider, start)
    const { auth } = await signedInOver(openTab(), provider, workers.make)
    const api = held()
    provider.faults.api.once(api)
    const asked = auth.authFetch(API)
    await api.asked
    await advance(600_000)
    api.release()
    expect((await asked).status).toBe(200)
    expect(auth.state.status).toBe('signed-in')
    expect(workers.last().ports()).toBeLessThanOrEqual(2)
  })
})

describe('A shared worker that ends with its last page', () => {
  it('leaves the next page signed out, without a reason, where nothing else is to be tried', async () => {
    const stage = firstVisit({ home: 'shared-worker', options: { restore: [] } })
    await stage.auth.login()
    const back = await returning(stage)
    expect(await back.auth.start()).toMatchObject({ status: 'signed-in' })
    for (const worker of stage.tab.browser.workers) worker.die()
    stage.tab.browser.shared.clear()
    const next = reloaded(back)
    expect(await next.auth.start()).toEqual({ status: 'signed-out' })
    expect(next.tab.departures).toHaveLength(1)
  })

  it('is replaced while a person is at the provider, and the login goes on', async () => {
    const stage = firstVisit({ home: 'shared-worker' })
    await stage.auth.login()
    for (const worker of stage.tab.browser.workers) worker.die()
    stage.tab.browser.shared.clear()
    const back = await returning(stage)
    expect(await back.auth.start()).toMatchObject({ status: 'signed-in' })
  })
})

describe('A worker of another build', () => {
  /** The worker of an app whose messages were different: it answers everything as this does. */
  const strange = (answer: (call: { id: number; name: string }) => unknown) => () => {
    const { port1, port2 } = new MessageChannel()
    port2.addEventListener('message', (event) => port2.postMessage(answer((event as MessageEvent).data)))
    port2.start()
    return port1
  }

  it('is told apart: a page of another version is refused with a sentence that says so', async () => {
    const { make } = factory(createTestProvider())
    const port = make() as unknown as MessagePort
    const answers: unknown[] = []
    port.onmessage = ({ data }) => answers.push(data)
    port.postMessage({ id: 0, name: 'hello', argument: 999_999, mark: '' })
    await settled()
    expect(answers).toEqual([{ id: 0, error: expect.objectContaining({ code: 'vault_unavailable' }) }])
    expect(JSON.stringify(answers)).toMatch(/build/)
    // And no other call is answered after that.
    for (const name of ['connect', 'userInfo', 'logout'])
      port.postMessage({ id: 1, name, argument: undefined, mark: '' })
    await settled()
    expect(JSON.stringify(answers.slice(1))).not.toContain('"value"')
    port.close()
  })

  it.each<[string, (call: { id: number; name: string }) => unknown]>([
    ['does not know the word', ({ id }) => ({ id, error: { code: 'vault_unavailable', message: 'Another build.' } })],
    ['answers in other words', () => ({ v: 9, type: 'welcome' })],
    ['answers nonsense', ({ id }) => ({ id, value: 7 })],
    ['answers a text', () => 'hello'],
    ['answers null', () => null],
    ['answers nothing', ({ id }) => ({ id })],
  ])('that %s is not available', async (_, answer) => {
    openTab()
    const { auth } = pageOver(strange(answer))
    expectSignedOut(await inTime(auth.start()), 'vault_unavailable')
  })
})

describe.each(['worker', 'shared-worker'] as const)('%s: K13 a page that goes', (home) => {
  const portsOf = ({ tab }: Stage) => [...tab.browser.workers].reduce((sum, worker) => sum + worker.ports(), 0)

  it('leaves no port open, and no request under way', async () => {
    const stage = firstVisit({ home })
    await stage.auth.login()
    const back = await returning(stage)
    await back.auth.start()
    back.provider.faults.api.always(hangs)
    const asked = back.auth.authFetch(API).catch((error: unknown) => error)
    await settled()
    back.tab.close()
    await settled()
    expect(await asked).toBeInstanceOf(Error)
    expect(back.provider.requestsTo('api')[0]?.request.signal.aborted).toBe(true)
    if (home === 'shared-worker') expect(portsOf(back)).toBe(0)
  })

  it('after a hundred reloads there is one port', async () => {
    let stage = firstVisit({ home })
    await stage.auth.start()
    for (let load = 0; load < 100; load += 1) {
      stage = reloaded(stage)
      await stage.auth.start()
    }
    await settled()
    if (home === 'shared-worker') expect(portsOf(stage)).toBe(1)
    expect(stage.auth.state).toEqual({ status: 'signed-out' })
  })
})

describe.each(['worker', 'shared-worker'] as const)('%s: a page that is kept and comes back', (home) => {
  const persisted = async ({ tab }: Stage, type: 'pagehide' | 'pageshow') => {
    const window = tab.window()
    window.dispatchEvent(Object.assign(new window.Event(type), { persisted: true }))
    await settled()
  }

  it('B10 asks anew who is signed in, and goes on', async () => {
    const stage = firstVisit({ home })
    await stage.auth.login()
    const back = await returning(stage)
    await back.auth.start()
    await persisted(back, 'pagehide')
    await advance(120_000)
    await persisted(back, 'pageshow')
    expect((await back.auth.authFetch(API)).status).toBe(200)
    expect(back.auth.state.status).toBe('signed-in')
  })
})
