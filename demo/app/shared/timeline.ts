import type { Auth } from 'latchkey'
import type { AuthEvent } from 'latchkey/events'

export interface Moment {
  readonly id: number
  /** Milliseconds since 1970, by a clock that nobody plays with. */
  readonly at: number
  readonly words: string
  readonly mood: 'good' | 'bad' | 'plain'
}

const KEPT = 30

export type Timeline = ReturnType<typeof createTimeline>

/** What has happened to the session, newest first. */
export function createTimeline() {
  const listeners = new Set<() => void>()
  let moments: readonly Moment[] = []
  const note = (words: string, mood: Moment['mood'] = 'plain') => {
    const id = (moments[0]?.id ?? 0) + 1
    moments = [{ id, at: performance.timeOrigin + performance.now(), words, mood }, ...moments].slice(0, KEPT)
    for (const listener of listeners) listener()
  }
  return {
    get: () => moments,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    note,
    /** For `withEvents`. An app would send them to those who run it. */
    tell: (event: AuthEvent) => note(...wordsFor(event)),
    /** The attempts of a session that stays degraded are no events: its state changes, and silently. */
    watchAttempts(auth: Auth) {
      let wasDegraded = false
      auth.subscribe(
        (state) => {
          const code = state.status === 'signed-in' && state.renewal.status === 'degraded' && state.renewal.code
          if (wasDegraded && code) note(`Tried again: ${code}.`, 'bad')
          wasDegraded = !!code
        },
        { silent: true },
      )
    },
  }
}

/** As a clock on the wall shows it. */
export const timeOf = (moment: number) => new Date(moment).toLocaleTimeString([], { hour12: false })

function wordsFor(event: AuthEvent): [string, Moment['mood']?] {
  switch (event.type) {
    case 'login_started':
      return ['Sign-in begun.']
    case 'login_finished':
      return ['Signed in.', 'good']
    case 'login_failed':
      return [`Sign-in failed: ${event.code}.`, 'bad']
    case 'session_restored':
      return [`Session found: ${event.from}.`, 'good']
    case 'restore_failed':
      return [`Session not found: ${event.code}.`, 'bad']
    case 'refreshed':
      return ['Token renewed.', 'good']
    case 'degraded':
      return [`Renewing failed: ${event.code}. Still signed in.`, 'bad']
    case 'recovered':
      return [`Renewed after ${Math.ceil(event.milliseconds / 1000)} s. Still signed in.`, 'good']
    case 'ended':
      return [`Session over: ${event.why}.`, 'bad']
    case 'request_refused':
      return [`A request gave up waiting: ${event.code}.`, 'bad']
  }
}
