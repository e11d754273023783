/** A moment by the provider's clock and by the device's, in milliseconds since 1970. */
export interface Moment {
  readonly at: number
  readonly wall: number
}

/** As a device counts: by the clock that counted more. */
export const since = (from: Moment, to: Moment): number => Math.max(to.at - from.at, to.wall - from.wall)
