import type { Timeline } from '../shared/timeline.ts'
import type { Renewal } from './create-renewal.ts'
import { providerPlays } from './servers.ts'
import type { Switch } from './switch.ts'

const FAULTS = [
  {
    fault: 'down',
    name: 'Provider down',
    running: 'Down',
    seconds: 10,
    about: 'It answers 503 for 10 s. Latchkey asks again by itself, less and less often; “Try again” asks at once.',
    over: 'The provider is up again.',
  },
  {
    fault: 'slow',
    name: 'Provider slow',
    running: 'Slow',
    seconds: 5,
    about: 'For 5 s it takes 8 s for an answer, and the app waits for no more than 5. The next attempt is answered.',
    over: 'The provider is fast again.',
  },
  {
    fault: 'busy',
    name: 'Provider busy',
    running: 'Busy',
    seconds: 5,
    about: 'It answers 429 with Retry-After: 5. For so long it is not asked at all, not even by “Try again”.',
    over: 'The provider takes requests again.',
  },
  {
    fault: 'lost',
    name: 'Answer lost',
    running: 'Lost',
    seconds: 5,
    about:
      'It renews the tokens, and its answer breaks off. The old refresh token is spent, so a hidden frame finds the session.',
    over: undefined,
  },
] as const

type Played = (typeof FAULTS)[number]

/** What goes wrong at the provider, one thing at a time, each for some seconds. */
export function createProviderSwitches(renewal: Renewal, timeline: Timeline) {
  const listeners = new Set<() => void>()
  let played: Played | undefined
  let until = 0

  const switchOf = (one: Played): Switch => {
    const { fault, name, running, seconds, about } = one
    const left = one === played ? Math.ceil((until - performance.now()) / 1000) : 0
    return {
      name: left > 0 ? `${running}, ${left} s` : name,
      about,
      mode: left > 0 ? 'running' : 'off',
      async press(call) {
        timeline.note(`You: ${name.toLowerCase()}.`)
        await renewal.ready()
        await providerPlays(fault, seconds)
        played = one
        until = performance.now() + seconds * 1000
        show()
        await renewal.begin(call)
      },
    }
  }

  let shown = FAULTS.map(switchOf)
  const show = () => {
    shown = FAULTS.map(switchOf)
    for (const listener of listeners) listener()
  }
  setInterval(() => {
    if (!played) return
    if (performance.now() >= until) {
      if (played.over) timeline.note(played.over)
      played = undefined
    }
    show()
  }, 250)

  return {
    get: () => shown,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
