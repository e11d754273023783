import { vi } from 'vitest'

const realTimeout = globalThis.setTimeout
const realPause = (milliseconds: number) => new Promise<void>((resolve) => realTimeout(resolve, milliseconds))

/** Only what the library reads the time from: cryptography and streams go on in real time. */
export function useFakeClock(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] })
  vi.setSystemTime('2026-11-21T12:00:00Z')
}

let begun = 0
let underWay = 0

/** The same function, counted, so that the clock can wait for it: answers are made in real time. */
export function counted<Arguments extends unknown[], Result>(
  ask: (...parameters: Arguments) => Promise<Result>,
): (...parameters: Arguments) => Promise<Result> {
  return async (...parameters) => {
    begun += 1
    underWay += 1
    try {
      return await ask(...parameters)
    } finally {
      underWay -= 1
    }
  }
}

/** Lets everything that is under way and needs no clock come to its end. */
export async function settled(): Promise<void> {
  await realPause(15)
  for (let look = 0; look < 20 && underWay > 0; look += 1) await realPause(5)
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
  for (let look = 0; look < 400; look += 1) {
    if (isSo()) return
    await realPause(5)
  }
  throw new Error(`It never came about: ${isSo}`)
}
