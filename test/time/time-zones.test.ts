// @vitest-environment node
import { asksToWait, breaks } from 'latchkey/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { API } from '../api-calls.ts'
import { returning, type Stage, signedIn } from '../browser.ts'
import { advance } from '../clock.ts'
import { refreshesAt } from '../refreshing.ts'

const MINUTE = 60_000

const { TZ } = process.env
// Before a fake clock stands in front of it.
const RealDate = Date
afterEach(() => {
  if (TZ === undefined) delete process.env.TZ
  else process.env.TZ = TZ
})

/** All that one session does in two hours from then on, in this time zone: when it asked for tokens, and what it said. */
async function twoHours(zone: string, from: string): Promise<unknown> {
  process.env.TZ = zone
  vi.setSystemTime(from)
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  const stage: Stage = await signedIn()
  const moments: number[] = []
  const said: unknown[] = []
  stage.auth.subscribe(() => said.push([Date.now(), stage.auth.state]), { silent: true })
  const { faults } = stage.provider
  for (let quarter = 0; quarter < 8; quarter += 1) {
    if (quarter === 2) faults.token.once(breaks)
    if (quarter === 4) faults.token.once(asksToWait(new Date(Date.now() + 10 * MINUTE).toUTCString(), 503))
    const before = refreshesAt(stage).length
    await advance(15 * MINUTE)
    moments.push(refreshesAt(stage).length - before)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
  }
  stage.tab.close()
  return { moments, said }
}

describe('In a time zone whose clocks are changed meanwhile', () => {
  it.each([
    ['Europe/Berlin', 'an hour forward', '2026-03-29T00:10:00Z'],
    ['Europe/Berlin', 'an hour back', '2026-10-25T00:10:00Z'],
    ['Australia/Lord_Howe', 'half an hour forward', '2026-10-03T14:40:00Z'],
    ['America/New_York', 'an hour back', '2026-11-01T05:10:00Z'],
  ])('G23 %s, %s: everything happens as in UTC', async (zone, _, from) => {
    process.env.TZ = zone
    const offsets = [0, 120].map((minutes) => new Date(Date.parse(from) + minutes * MINUTE).getTimezoneOffset())
    expect(offsets[0]).not.toBe(offsets[1])
    expect(await twoHours(zone, from)).toEqual(await twoHours('UTC', from))
  })
})

it('G23 nothing asks what time it is where the device is', async () => {
  const local = Object.getOwnPropertyNames(RealDate.prototype).filter(
    (name) => /^(get|set|to)/.test(name) && !/UTC|ISO|GMT|JSON|^[gs]etTime$/.test(name),
  ) as 'getHours'[]
  expect(local).toEqual(expect.arrayContaining(['getTimezoneOffset', 'getHours', 'toString', 'toLocaleString']))
  const stage = await signedIn()
  stage.provider.faults.token.once(asksToWait(new Date(Date.now() + 10 * MINUTE).toUTCString(), 503))
  const asked: string[] = []
  for (const name of local) {
    const original = RealDate.prototype[name]
    vi.spyOn(RealDate.prototype, name).mockImplementation(function (this: Date, ...parameters) {
      asked.push(name)
      return original.apply(this, parameters)
    })
  }
  await advance(30 * MINUTE)
  await stage.auth.logout()
  const next = await returning(stage)
  await next.auth.start()
  expect(refreshesAt(stage).length).toBeGreaterThanOrEqual(3)
  expect(asked).toEqual([])
})
