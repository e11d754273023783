// @vitest-environment node
import { breaks, changes, type Fault } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API } from '../api-calls.ts'
import { reloaded } from '../browser.ts'
import { advance, settled } from '../clock.ts'
import { expectNothingKept } from '../coming-back.ts'
import { HOMES } from '../homes/home.ts'
import { expectSignedOut, reasonOf } from '../outcome.ts'
import { renewalOf, wake, watch } from '../refreshing.ts'
import { backOn, openDevice, signedInOn } from './device.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

describe.each(HOMES)('%s: A clock that is off by minutes', (home) => {
  it.each([-4.9, -1, 1, 4.9])('D15, G23 by %d, all the time: nobody notices, at the API neither', async (minutes) => {
    const device = await signedInOn(minutes * MINUTE, { home })
    const seen = watch(device)
    for (let life = 0; life < 3; life += 1) {
      await advance(600_000)
      expect((await device.auth.authFetch(API)).status).toBe(200)
    }
    expect(seen).toEqual([])
    expect(device.refused).toEqual([])
    expect(device.asked.length - 1).toBeLessThanOrEqual(4)
  })

  it.each([-4.9, 4.9])('G23 by %d since somebody signed in: nobody is signed out or told', async (minutes) => {
    const device = await signedInOn(0, { home })
    const seen = watch(device)
    device.setClock(minutes * MINUTE)
    await advance(1_200_000)
    device.setClock(0)
    await advance(600_000)
    expect((await device.auth.authFetch(API)).status).toBe(200)
    expect(seen).toEqual([])
    expect(device.refused).toEqual([])
  })
})

describe('A login on a device whose clock is off by more than is tolerated', () => {
  it.each([-7 * DAY, -DAY, -HOUR, -6 * MINUTE, 15 * MINUTE, HOUR, DAY, 7 * DAY])(
    'D11, D13 by %i ms: is refused, and says that a clock is wrong',
    async (off) => {
      const device = openDevice()
      device.setClock(off)
      const back = await backOn(device)
      expectSignedOut(await back.auth.start(), 'token_invalid')
      expect(reasonOf(back.auth.state).message).toMatch(/a clock is wrong/)
      await expectNothingKept(back)
    },
  )

  it('D11 goes through on the same page once the clock is right', async () => {
    const device = openDevice()
    device.setClock(-HOUR)
    const refused = await backOn(device)
    expectSignedOut(await refused.auth.start(), 'token_invalid')
    device.setClock(0)
    const back = await backOn(refused)
    expect((await back.auth.start()).status).toBe('signed-in')
    expect((await back.auth.authFetch(API)).status).toBe(200)
  })

  it('D11 says so where the app has asked for a recent login, too', async () => {
    const device = openDevice()
    device.setClock(10 * MINUTE)
    await device.auth.login({ parameters: { max_age: '3600' } })
    const back = reloaded(device, await device.provider.visit(device.tab.departures.at(-1) ?? ''))
    expect(reasonOf(await back.auth.start()).message).toMatch(/"iat" is before this login: a clock is wrong/)
  })

  it.each([-9, 9])('D15 by %i min is signed in where the app tolerates ten', async (minutes) => {
    const device = await signedInOn(minutes * MINUTE, { options: { clockTolerance: 600 } })
    expect((await device.auth.authFetch(API)).status).toBe(200)
  })
})

const JUMPS = [-7 * DAY, -HOUR, HOUR, 7 * DAY]

describe.each<[string, Fault | undefined]>([
  ['each refresh', undefined],
  ['the login alone', changes(({ id_token: _, ...body }) => body)],
])('A clock that is set by hours or days, where an ID token comes with %s', (_, healthy) => {
  const signedInHere = async () => {
    const device = await signedInOn(0)
    if (healthy) device.provider.faults.token.always(healthy)
    return device
  }

  it.each(JUMPS)('G23 by %i ms: signs nobody out, and no token that is over is sent', async (off) => {
    const device = await signedInHere()
    const seen = watch(device)
    device.setClock(off)
    for (let life = 0; life < 3; life += 1) {
      for (let call = 0; call < 5; call += 1) expect((await device.auth.authFetch(API)).status).toBe(200)
      await advance(600_000)
    }
    expect(seen).toEqual([])
    expect(device.refused).toEqual([])
    expect(device.asked.length - 1).toBeLessThanOrEqual(5)
  })

  it.each(JUMPS)('G23 by %i ms, and set right again: as if nothing had been', async (off) => {
    const device = await signedInHere()
    device.setClock(off)
    await advance(650_000)
    device.setClock(0)
    const before = device.asked.length
    for (let life = 0; life < 3; life += 1) {
      await advance(600_000)
      expect((await device.auth.authFetch(API)).status).toBe(200)
    }
    expect(device.refused).toEqual([])
    expect(device.asked.length - before).toBeGreaterThanOrEqual(3)
    expect(device.asked.length - before).toBeLessThanOrEqual(5)
  })

  it.each([-HOUR, HOUR])('G23 by %i ms, back and forth every minute: no storm', async (off) => {
    const device = await signedInHere()
    for (let minute = 0; minute < 20; minute += 1) {
      device.setClock(minute % 2 ? 0 : off)
      wake(device.tab)
      expect((await device.auth.authFetch(API)).status).toBe(200)
      await advance(MINUTE)
    }
    expect(device.auth.state.status).toBe('signed-in')
    expect(device.refused).toEqual([])
    // One for each time that the clock goes forward, as if the life of the token had passed.
    expect(device.asked.length - 1).toBeLessThanOrEqual(11)
  })
})

describe('A clock that is set by hours or days', () => {
  it.each(JUMPS)('G23 by %i ms during an outage, and set right: renewed at the first wake-up after it', async (off) => {
    const device = await signedInOn(0)
    device.provider.faults.token.always(breaks)
    await advance(500_000)
    device.setClock(off)
    await advance(300_000)
    device.setClock(0)
    await advance(300_000)
    const seen = watch(device)
    const before = device.asked.length
    device.provider.faults.token.never()
    wake(device.tab)
    await settled()
    expect(device.asked.length - before).toBe(1)
    expect((await device.auth.authFetch(API)).status).toBe(200)
    expect(seen.map(renewalOf)).toEqual(['fresh'])
    expect(device.refused).toEqual([])
  })
  it.each(JUMPS)('G23, G33 by %i ms: a hidden frame renews as ever, where there is no refresh token', async (off) => {
    const device = await signedInOn(0, { provider: { refreshTokens: 'none' } })
    const seen = watch(device)
    device.setClock(off)
    for (let life = 0; life < 3; life += 1) {
      await advance(601_000)
      expect((await device.auth.authFetch(API)).status).toBe(200)
    }
    expect(seen).toEqual([])
    expect(device.refused).toEqual([])
  })

  it.each([-HOUR, HOUR])(
    'I14 by %i ms, then a reload: it says that a clock is wrong, and finds the session once it is right',
    async (off) => {
      const device = await signedInOn(0, { home: 'page', options: { restore: ['frame'] } })
      device.setClock(off)
      const one = reloaded(device)
      expect(reasonOf(await one.auth.start()).message).toMatch(/a clock is wrong/)
      device.setClock(0)
      const two = reloaded(device)
      expect((await two.auth.start()).status).toBe('signed-in')
    },
  )
})
