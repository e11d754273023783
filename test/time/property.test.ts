// @vitest-environment node
import fc from 'fast-check'
import { asksToWait, breaks } from 'latchkey/testing'
import { expect, it, vi } from 'vitest'
import { API } from '../api-calls.ts'
import { advance, settled } from '../clock.ts'
import { forAll, LONG } from '../fuzz/fuzz.ts'
import { renewalOf, wake } from '../refreshing.ts'
import { type Device, signedInOn } from './device.ts'

const SECOND = 1_000
const MINUTE = 60_000

/** What can happen to a device. */
type Step =
  | { readonly what: 'calls' | 'is woken' | 'provider goes' | 'provider asks to wait' | 'provider is back' }
  | { readonly what: 'is awake'; readonly seconds: number }
  | { readonly what: 'sleeps'; readonly seconds: number; readonly monotonic: 'stands' | 'runs' }
  | { readonly what: 'clock is set'; readonly off: number }

const off = fc.oneof(fc.constant(0), fc.integer({ min: -300, max: 300 }), fc.integer({ min: -259_200, max: 259_200 }))

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ what: fc.constant('calls') }) },
    {
      weight: 3,
      arbitrary: fc.record({
        what: fc.constantFrom('is woken', 'provider goes', 'provider asks to wait', 'provider is back'),
      }),
    },
    { weight: 3, arbitrary: fc.record({ what: fc.constant('is awake'), seconds: fc.integer({ min: 1, max: 700 }) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        what: fc.constant('sleeps'),
        seconds: fc.integer({ min: 1, max: 20_000 }),
        monotonic: fc.constantFrom('stands', 'runs'),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ what: fc.constant('clock is set'), off }),
    },
  ) as fc.Arbitrary<Step>,
  { minLength: 1, maxLength: 12 },
)

const lifetimes = fc.constantFrom(60, 600, 86_400)

/** Goes through it all, and looks at each step at what must hold throughout. */
async function live(lifetime: number, all: readonly Step[]): Promise<void> {
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  const device = await signedInOn(0, { provider: { lifetime } })
  const { token } = device.provider.faults
  let isDown = false
  let awake = 0
  let awakeWithoutProvider = 0
  const stay = async (milliseconds: number) => {
    awake += isDown ? 0 : milliseconds
    awakeWithoutProvider += isDown ? milliseconds : 0
    await advance(milliseconds)
  }
  const call = async () => {
    const outcome = await device.auth.authFetch(API).then(
      ({ status }) => status,
      (error) => error.code,
    )
    // While renewing fails calls are told so.
    expect(outcome).toBe(renewalOf(device.auth.state) === 'degraded' && outcome !== 200 ? 'network' : 200)
  }
  const happens: { readonly [What in Step['what']]: (step: Extract<Step, { readonly what: What }>) => unknown } = {
    calls: () => Promise.all([call(), call(), call()]),
    'is woken': () => wake(device.tab),
    'is awake': ({ seconds }) => stay(seconds * SECOND),
    sleeps: ({ seconds, monotonic }) => device.sleep(seconds * SECOND, monotonic),
    async 'clock is set'({ off }) {
      // Nobody is as quick as a program.
      await stay(10 * SECOND)
      device.setClock(off * SECOND)
    },
    'provider goes'() {
      isDown = true
      token.always(breaks)
    },
    'provider asks to wait'() {
      isDown = true
      token.always(asksToWait(new Date(device.rightTime() + MINUTE).toUTCString(), 503))
    },
    'provider is back'() {
      isDown = false
      token.never()
    },
  }
  for (const step of all) {
    await (happens[step.what] as (step: Step) => unknown)(step)
    await settled()
    expect(device.auth.state.status).toBe('signed-in')
  }

  // Each step may cause one attempt, and one more where an API has refused a token.
  const inGoodTimes = Math.ceil(awake / (0.4 * lifetime * SECOND))
  const inBadTimes = Math.ceil(awakeWithoutProvider / (30 * SECOND))
  expect(device.asked.length - 1).toBeLessThanOrEqual(2 * all.length + inGoodTimes + inBadTimes)
  expectRefusedOnlyAfterLostTime(device, all)

  device.setClock(0)
  isDown = false
  token.never()
  await stay(11 * MINUTE)
  expect((await device.auth.authFetch(API)).status).toBe(200)
  expect(device.auth.state).toMatchObject({ status: 'signed-in', renewal: { status: 'fresh' } })
  device.tab.close()
}

/** No clock of the device has counted while it slept, if the one on the wall is set back, too: that costs one refusal. */
function expectRefusedOnlyAfterLostTime({ refused }: Device, all: readonly Step[]) {
  const isSetBack = all.some(({ what }) => what === 'clock is set')
  const lost = isSetBack ? all.filter((step) => step.what === 'sleeps' && step.monotonic === 'stands') : []
  // Of three calls at once each may be refused.
  expect(refused.length).toBeLessThanOrEqual(3 * lost.length)
}

it(
  'G22, G23 whatever happens to the clocks of a device: nobody is signed out, no token that is over is sent but once, no storm',
  () => forAll(12, fc.tuple(lifetimes, steps), ([lifetime, all]) => live(lifetime, all)),
  LONG,
)
