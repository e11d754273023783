import { AsyncLocalStorage } from 'node:async_hooks'
import { expect, vi } from 'vitest'
import { firstVisit, returning, type Script, type Stage } from '../browser.ts'
import { counted } from '../clock.ts'

/** What runs in here is not on the device: the provider and its API have the right time. */
const atServers = new AsyncLocalStorage<true>()

/** A page on a device with clocks of its own. */
export interface Device extends Stage {
  /** Somebody sets the clock: it differs from the right time by so many milliseconds from now on. */
  readonly setClock: (off: number) => void
  /** Time goes on and no timer fires. In some browsers the monotonic clock stands meanwhile, in others it runs. */
  readonly sleep: (milliseconds: number, monotonic?: 'stands' | 'runs') => void
  readonly rightTime: () => number
  /** When the token endpoint was asked, and when the API refused a token, by the right time. */
  readonly asked: readonly number[]
  readonly refused: readonly number[]
}

/** Nothing has started. */
export function openDevice(script: Script = {}): Device {
  const { now: rightTime } = Date
  const whileAwake = performance.now.bind(performance)
  let off = 0
  let slept = 0
  Date.now = () => rightTime() + (atServers.getStore() ? 0 : off)
  performance.now = () => whileAwake() + slept

  const asked: number[] = []
  const refused: number[] = []
  const fetch: typeof globalThis.fetch = (input, init) =>
    atServers.run(true, async () => {
      if (String(input) === 'https://login.example.com/token') asked.push(rightTime())
      const response = await stage.provider.fetch(input, init)
      if (response.status === 401) refused.push(rightTime())
      return response
    })
  const stage: Stage = firstVisit({ ...script, options: { ...script.options, fetch: counted(fetch) } })
  const visit = (url: string) => atServers.run(true, () => stage.provider.visit(url))
  stage.tab.frame = visit
  return {
    ...stage,
    provider: { ...stage.provider, visit },
    rightTime,
    asked,
    refused,
    setClock(milliseconds) {
      off = milliseconds
    },
    sleep(milliseconds, monotonic = 'stands') {
      vi.setSystemTime(rightTime() + milliseconds)
      if (monotonic === 'runs') slept += milliseconds
    },
  }
}

/** The page of somebody who has come back from the provider to this device; its `start()` has not been called. */
export async function backOn(device: Device): Promise<Device> {
  await device.auth.start()
  await device.auth.login()
  return { ...device, ...(await returning(device)) }
}

/** The page of somebody who has signed in on a device whose clock is off by so much. */
export async function signedInOn(off: number, script?: Script): Promise<Device> {
  const device = openDevice(script)
  device.setClock(off)
  const back = await backOn(device)
  expect(await back.auth.start()).toMatchObject({ status: 'signed-in' })
  return back
}
