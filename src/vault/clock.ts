/** A moment on two clocks: the wall clock can be set, the monotonic one may stand still while the device sleeps. */
export interface Moment {
  readonly wall: number
  readonly monotonic: number
}

export const now = (): Moment => ({ wall: Date.now(), monotonic: performance.now() })

/** Milliseconds since then by the clock that counted more: a token is sooner thought too old than too young. */
export const since = ({ wall, monotonic }: Moment): number => Math.max(Date.now() - wall, performance.now() - monotonic)
