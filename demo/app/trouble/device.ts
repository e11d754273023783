/** What is played on this device, for all tabs and workers of the demo: it has one clock and one network. */
interface Played {
  /** Milliseconds by which its clock is wrong. */
  readonly clockOff: number
  /** Until then there is no network. As all times here, by the right clock. */
  readonly offlineUntil: number
  /** The last word counts. */
  readonly saidAt: number
}

const NOTHING: Played = { clockOff: 0, offlineUntil: 0, saidAt: 0 }
const WHAT_IS_PLAYED = 'what is played?'
const KEY = 'notes device'
const A_MOMENT = 300

export type Device = ReturnType<typeof createDevice>

/** A page remembers in `kept` what is played, also through the sign-in. A worker has no such place, and asks the pages. */
export function createDevice(kept?: Storage) {
  const rightTime = Date.now
  const channel = new BroadcastChannel('notes device')
  const listeners = new Set<() => void>()
  const waiting = new Set<() => void>()
  let played = NOTHING
  const follow = (said: Played) => {
    if (said.saidAt <= played.saidAt) return
    played = said
    Date.now = () => rightTime() + played.clockOff
    kept?.setItem(KEY, JSON.stringify(played))
    for (const listener of listeners) listener()
  }
  const ask = () => channel.postMessage(WHAT_IS_PLAYED)
  channel.onmessage = ({ data }) => {
    if (data !== WHAT_IS_PLAYED) {
      follow(data)
      for (const go of waiting) go()
      waiting.clear()
    } else if (kept) channel.postMessage(played)
  }
  follow(JSON.parse(kept?.getItem(KEY) ?? JSON.stringify(NOTHING)))
  ask()
  return {
    rightTime,
    get: () => played,
    /** The same, where no word may be on its way. */
    async latest() {
      if (kept) return played
      await new Promise<void>((resolve) => {
        waiting.add(resolve)
        setTimeout(resolve, A_MOMENT)
        ask()
      })
      return played
    },
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    play(change: Partial<Omit<Played, 'saidAt'>>) {
      follow({ ...played, ...change, saidAt: Math.max(rightTime(), played.saidAt + 1) })
      channel.postMessage(played)
    },
  }
}
