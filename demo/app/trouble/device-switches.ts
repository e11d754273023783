import type { Timeline } from '../shared/timeline.ts'
import type { Renewal } from './create-renewal.ts'
import type { Device } from './device.ts'
import type { Switch } from './switch.ts'

const HOUR = 3_600_000
const A_MINUTE = 60_000

/** What goes wrong on this device. Neither can be done to a real one from a page: the demo plays them. */
export function createDeviceSwitches(device: Device, renewal: Renewal, timeline: Timeline) {
  const listeners = new Set<() => void>()
  let wasOffline = false
  const isOffline = () => device.rightTime() < device.get().offlineUntil

  const network = (): Switch => ({
    name: isOffline() ? 'Go online' : 'Offline',
    about: isOffline()
      ? 'No request of this app gets out. Once there is a network again, the browser says so, and the token is renewed at once.'
      : 'Played: the app’s own fetch fails as it does without a network, from the next renewal on.',
    mode: isOffline() ? 'on' : 'off',
    async press(call) {
      if (isOffline()) return device.play({ offlineUntil: 0 })
      timeline.note('You: no network.')
      await renewal.ready()
      device.play({ offlineUntil: device.rightTime() + A_MINUTE })
      await renewal.begin(call)
    },
  })

  const clock = (): Switch => {
    const { clockOff } = device.get()
    const off = clockOff < 0 ? 'behind' : 'ahead'
    return {
      name: clockOff === 0 ? 'Clock wrong' : `1 hour ${off}`,
      about:
        clockOff === 0
          ? 'Played: Date.now() of the app is an hour off. Lifetimes count from receipt, so nobody is signed out.'
          : `It says ${timeOf(Date.now())}. Nobody is signed out; a new sign-in would say that a clock is wrong. Press again for an hour ahead, and again to set it right.`,
      mode: clockOff === 0 ? 'off' : 'on',
      async press(call) {
        const next = clockOff === 0 ? -HOUR : clockOff < 0 ? HOUR : 0
        timeline.note(next === 0 ? 'You: clock set right.' : `You: clock an hour ${next < 0 ? 'behind' : 'ahead'}.`)
        device.play({ clockOff: next })
        // By a clock that is ahead the token looks too old, so that it is renewed anyway.
        if (next >= 0) return call()
        await renewal.ready()
        await renewal.begin(call)
      },
    }
  }

  let shown = [network(), clock()]
  const show = () => {
    shown = [network(), clock()]
    for (const listener of listeners) listener()
  }
  const look = () => {
    if (wasOffline !== isOffline()) show()
    if (wasOffline && !isOffline()) {
      timeline.note('The network is back.')
      // What a browser says to every page.
      dispatchEvent(new Event('online'))
    }
    wasOffline = isOffline()
  }
  device.subscribe(() => {
    show()
    look()
  })
  setInterval(look, 250)

  return {
    get: () => shown,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

const timeOf = (moment: number) => new Date(moment).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
