const LONGEST_TIMEOUT = 2 ** 31 - 1

export interface Alarm {
  readonly set: (milliseconds: number) => void
  readonly clear: () => void
}

/**
 * One timer at a time. A browser fires a longer delay than 2^31 - 1 ms at once, so this one rings early instead; it also
 * rings late after sleep or throttling. Whoever is rung must look at the clock.
 */
export function createAlarm(ring: () => void): Alarm {
  let timer: ReturnType<typeof setTimeout> | undefined
  const clear = () => clearTimeout(timer)
  return {
    clear,
    set(milliseconds) {
      clear()
      timer = setTimeout(ring, Math.min(milliseconds, LONGEST_TIMEOUT))
    },
  }
}
