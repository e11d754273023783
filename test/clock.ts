import { MessagePort } from 'node:worker_threads'
import { vi } from 'vitest'

const { setTimeout: realTimeout, clearTimeout: realClear } = globalThis
const realPause = (milliseconds: number) => new Promise<void>((resolve) => realTimeout(resolve, milliseconds))

/** Only what the library reads the time from: cryptography, streams and ports go on in real time. */
export function useFakeClock(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] })
  vi.setSystemTime('2026-11-21T12:00:00Z')
}

const FOUR_MILLISECONDS = 4
let patient: typeof setTimeout | undefined

/** From now on a pause of this length is no matter of the clock: with it a worker lets other work go first. */
export function keepShortPauses(): void {
  if (globalThis.setTimeout === patient) return
  const { setTimeout, clearTimeout } = globalThis
  const real = new Set<unknown>()
  const pause = (step: () => void, milliseconds?: number) => {
    if (milliseconds !== FOUR_MILLISECONDS) return setTimeout(step, milliseconds)
    begun += 1
    const timer = realTimeout(step, milliseconds)
    real.add(timer)
    return timer
  }
  const stop: typeof clearTimeout = (timer) => (real.delete(timer) ? realClear(timer) : clearTimeout(timer))
  // What the fake clock has noted on its own functions it needs to put the real ones back.
  patient = Object.assign(pause, setTimeout) as typeof setTimeout
  globalThis.setTimeout = patient
  globalThis.clearTimeout = Object.assign(stop, clearTimeout)
}

let begun = 0
let ciphering = 0

/** The same function, noticed, so that the clock can stop for what it sets off. */
export function counted<Arguments extends unknown[], Result>(
  ask: (...parameters: Arguments) => Promise<Result>,
): (...parameters: Arguments) => Promise<Result> {
  return (...parameters) => {
    begun += 1
    return ask(...parameters)
  }
}

// Cryptography runs in real time on threads of its own; everything else that is not told to wait is done at once.
const { subtle } = globalThis.crypto
for (const name of ['digest', 'sign', 'verify', 'importKey', 'exportKey', 'generateKey'] as const) {
  const original = subtle[name].bind(subtle) as (...parameters: unknown[]) => Promise<unknown>
  const value = async (...parameters: unknown[]) => {
    begun += 1
    ciphering += 1
    try {
      return await original(...parameters)
    } finally {
      ciphering -= 1
    }
  }
  Object.defineProperty(subtle, name, { value, configurable: true })
}

// What is posted arrives in real time too.
const { postMessage } = MessagePort.prototype
MessagePort.prototype.postMessage = function (...parameters) {
  begun += 1
  postMessage.apply(this, parameters)
}

/** Lets everything that is under way and needs no clock come to its end. */
export async function settled(): Promise<void> {
  for (let quiet = 0; quiet < 3; ) {
    const before = begun
    await realPause(4)
    quiet = ciphering === 0 && begun === before ? quiet + 1 : 0
  }
}

const FIVE_SECONDS = 5_000

/** Lets the clock run, in steps, so that it does not overtake requests that it has set off. */
export async function advance(milliseconds: number): Promise<void> {
  for (let left = milliseconds; left > 0; left -= FIVE_SECONDS) {
    const before = begun
    const timers = vi.getTimerCount()
    await vi.advanceTimersByTimeAsync(Math.min(left, FIVE_SECONDS))
    if (begun > before || vi.getTimerCount() !== timers) await settled()
  }
  await settled()
}

/** The device sleeps: its clock goes on, its timers and the monotonic clock do not. */
export function sleep(milliseconds: number): void {
  vi.setSystemTime(Date.now() + milliseconds)
}

export async function until(isSo: () => boolean): Promise<void> {
  for (let look = 0; look < 4_000; look += 1) {
    if (isSo()) return
    await realPause(5)
  }
  throw new Error(`It never came about: ${isSo}`)
}
