// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { connectVault } from '../../src/channel/connect-vault.ts'
import { refusal } from '../outcome.ts'
import { connected, openPage, quiet, signedInAs, stage } from './line.ts'

const ONE_SECOND = 1_000

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] }))
afterEach(() => void vi.useRealTimers())

/** Lets seconds pass as they do while a page is awake: what was posted arrives in between. */
async function seconds(count: number) {
  await quiet()
  for (let second = 0; second < count; second += 1) {
    vi.advanceTimersByTime(ONE_SECOND)
    await quiet()
  }
}

/** A port whose other end can fall silent for a while, as a worker does that is busy: what it was told meanwhile it reads later. */
function cuttable(port: MessagePort) {
  const { port1, port2 } = new MessageChannel()
  let isCut = false
  const heard: unknown[] = []
  const unread: unknown[] = []
  port2.onmessage = ({ data }) => {
    heard.push(data)
    if (isCut) unread.push(data)
    else port.postMessage(data)
  }
  port.onmessage = ({ data }) => port2.postMessage(data)
  return {
    port: port1,
    hellos: () => heard.filter((call) => (call as { name: string }).name === 'hello').length,
    cut(now: boolean) {
      isCut = now
      if (!now) for (const message of unread.splice(0)) port.postMessage(message)
    },
    close: () => port1.close(),
  }
}

describe('A vault that is silent', () => {
  it('is greeted again after five seconds and given up after ten, and whoever waits is told', async () => {
    const { line } = stage({ userInfo: () => new Promise(() => {}) })
    const { port, hellos, cut, close } = cuttable(line())
    const vault = await connected(port)
    cut(true)
    const asked = refusal(vault.userInfo())
    await seconds(4)
    expect(hellos()).toBe(1)
    await seconds(1)
    expect(hellos()).toBe(2)
    await seconds(4)
    expect(vault.state).toEqual({ status: 'signed-out' })
    await seconds(1)
    expect((await asked).code).toBe('vault_unavailable')
    expect(vault.state).toMatchObject({ status: 'signed-out', reason: { code: 'vault_unavailable' } })
    expect(vi.getTimerCount()).toBe(0)
    close()
  })

  it('is not given up where it only takes its time, however long', async () => {
    let answer: (user: { sub: string }) => void = () => {}
    const { line } = stage({
      userInfo: () =>
        new Promise((resolve) => {
          answer = resolve
        }),
    })
    const { port, hellos, close } = cuttable(line())
    const vault = await connected(port)
    const asked = vault.userInfo()
    await seconds(600)
    expect(hellos()).toBeGreaterThan(100)
    answer({ sub: 'ada' })
    expect(await asked).toEqual({ sub: 'ada' })
    expect(vi.getTimerCount()).toBe(0)
    close()
  })

  it('is not given up where the page itself has slept: a page that is frozen counts nothing', async () => {
    let answer: (user: { sub: string }) => void = () => {}
    const { line } = stage({
      userInfo: () =>
        new Promise((resolve) => {
          answer = resolve
        }),
    })
    const vault = await connected(line())
    const asked = vault.userInfo()
    await seconds(4)
    // An hour without a timer; the one that was due rings as the page wakes, before anything else does.
    vi.setSystemTime(Date.now() + 3_600_000)
    vi.advanceTimersByTime(ONE_SECOND)
    await seconds(3)
    answer({ sub: 'ada' })
    expect(await asked).toEqual({ sub: 'ada' })
  })

  it('is not watched while nobody waits for it', async () => {
    const { line } = stage()
    const { port, hellos, close } = cuttable(line())
    await connected(port)
    expect(vi.getTimerCount()).toBe(0)
    await seconds(60)
    expect(hellos()).toBe(1)
    close()
  })

  it('is greeted by the next call, and answers if it is back', async () => {
    const { line } = stage({ userInfo: async () => ({ sub: 'ada' }) })
    const { port, cut, close } = cuttable(line())
    const vault = await connected(port)
    cut(true)
    const lost = refusal(vault.userInfo())
    await seconds(10)
    expect((await lost).code).toBe('vault_unavailable')
    cut(false)
    expect(await vault.userInfo()).toEqual({ sub: 'ada' })
    expect(vault.state).toEqual({ status: 'signed-out' })
    close()
  })

  it('that never greets back gives way to the next, which nobody asks twice', async () => {
    const { line } = stage({ userInfo: async () => ({ sub: 'ada' }) })
    let made = 0
    const vault = connectVault(new MessageChannel().port1, () => {
      made += 1
      return line()
    })(openPage())
    const asked = Promise.all([vault.userInfo(), vault.connect()])
    await seconds(9)
    expect(made).toBe(0)
    await seconds(1)
    expect((await asked)[0]).toEqual({ sub: 'ada' })
    expect(made).toBe(1)
    vault.dispose()
  })

  it('that greets back too late is not heard', async () => {
    const late = stage()
    const { port, cut, close } = cuttable(late.line())
    cut(true)
    const { line } = stage()
    const vault = connectVault(port, line())(openPage())
    const connecting = vault.connect()
    await seconds(10)
    await connecting
    cut(false)
    late.state.set(signedInAs('of the late one'))
    await quiet()
    expect(vault.state).toEqual({ status: 'signed-out' })
    vault.dispose()
    close()
  })

  it('is no less silent where it only says other things: an app may talk with its worker too', async () => {
    const { port1, port2 } = new MessageChannel()
    port2.onmessage = () => {
      for (const chatter of [null, 'hello', { v: 9, type: 'welcome' }, { state: undefined }, 7])
        port2.postMessage(chatter)
    }
    const vault = connectVault(port1)(openPage())
    const refused = refusal(vault.connect())
    for (let second = 0; second < 10; second += 1) {
      port2.postMessage('tick')
      await seconds(1)
    }
    expect((await refused).code).toBe('vault_unavailable')
    port1.close()
  })

  it.each<[string, unknown]>([
    ['another version', { version: 2, client: {}, markName: '' }],
    ['nothing', undefined],
    ['a number', 7],
  ])('is as good as one where it greets back with %s', async (_, value) => {
    const { port1, port2 } = new MessageChannel()
    port2.onmessage = ({ data }) => port2.postMessage({ id: data.id, value })
    const vault = connectVault(port1)(openPage())
    expect((await refusal(vault.connect())).code).toBe('vault_unavailable')
    expect(vault.client).toBeUndefined()
    port1.close()
  })
})
