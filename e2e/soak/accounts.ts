import { createAskers } from './askers.ts'
import type { Sent } from './device/ledger.ts'
import { type Moment, since } from './moment.ts'
import type { Story } from './story.ts'

/** What has come of the requests for tokens: each is one of these. */
export interface Totals {
  requests: number
  /** Brought tokens when those before had gone through three quarters of their life. */
  lifetimes: number
  /** Brought tokens sooner, by the reason for it. */
  readonly sooner: Record<string, number>
  /** Failed in passing. */
  retries: number
  /** Found the refresh token spent, since its answer had been lost. */
  refusals: number
}

/** All who share a refresh token. */
interface Session {
  last?: Moment
  /** An answer may have been lost. */
  inDoubt: boolean
  /** It was, and the provider is asked in a frame. */
  inFrame: boolean
  /** Attempts that have failed since tokens came, and before they did. */
  failures: number
  failuresBefore: number
  readonly reasons: Set<string>
}

const SOONEST_SHARE = 0.75

export type Accounts = ReturnType<typeof createAccounts>

/**
 * Whether each request for tokens had a reason: a lifetime that is nearly over, or something that was really played. Of those whose
 * session is shared each counts its own failures, and some of them send nothing.
 */
export function createAccounts(
  isShared: boolean,
  lifetime: number,
  story: Story,
  wrong: (at: number, ...words: readonly unknown[]) => void,
) {
  const sessions = new Map<string, Session>()
  const totals: Totals = { requests: 0, lifetimes: 0, sooner: {}, retries: 0, refusals: 0 }
  const askers = createAskers(wrong)
  let lastTokensAt = 0

  const sessionOf = (name: string): Session => {
    const known = sessions.get(name)
    if (known) return known
    const session = { inDoubt: false, inFrame: false, failures: 0, failuresBefore: 0, reasons: new Set(['sign-in']) }
    sessions.set(name, session)
    return session
  }

  const bringsTokens = (session: Session, when: Moment, askedBy: string) => {
    const { last, reasons, failures } = session
    const [reason] = reasons
    if (last && since(last, when) >= lifetime * SOONEST_SHARE) totals.lifetimes += 1
    else if (reason) totals.sooner[reason] = (totals.sooner[reason] ?? 0) + 1
    else wrong(when.at, askedBy, `renewed ${last && since(last, when)} ms after the last time, for no reason`)
    reasons.clear()
    if (!last) reasons.add('the first after a sign-in')
    if (failures > (isShared ? 0 : 1)) reasons.add('the first after failures')
    Object.assign(session, { last: when, inDoubt: false, inFrame: false, failures: 0, failuresBefore: failures })
    askers.succeeds(askedBy)
    lastTokensAt = when.at
  }

  const asksForTokens = (
    session: Session,
    when: Moment,
    askedBy: string,
    { grant, status, played, retryAfter }: Sent,
  ) => {
    totals.requests += 1
    // The frame has come to nothing.
    if (session.inFrame && grant === 'refresh_token') session.failures += 1
    session.inFrame = false
    askers.asks(askedBy, when)
    const isPlayed = played && played !== 'late answer'
    if (status === 200 && !isPlayed) return bringsTokens(session, when, askedBy)
    if (status === 400 && !isPlayed) {
      totals.refusals += 1
      session.inFrame = true
      if (!session.inDoubt) wrong(when.at, askedBy, 'was refused, and no answer had been lost')
      return
    }
    totals.retries += 1
    Object.assign(session, { inDoubt: true, failures: session.failures + 1 })
    askers.fails(askedBy, when, retryAfter)
  }

  return {
    totals,
    lastTokensAt: () => lastTokensAt,
    enter(name: string, askedBy: string, sent: Sent, at: number): void {
      const session = sessionOf(name)
      const when = { at, wall: sent.wall }
      const { path, grant, status, played, retryAfter } = sent
      if (path !== '/notes' || status === 401) story.note(at, askedBy, path, grant, status, played)
      if (path === '/token') {
        asksForTokens(session, when, askedBy, sent)
        return
      }
      if (path === '/notes' && status === 401) session.reasons.add('refused by the API')
      if (path === '/notes' || (status === 200 && !played)) return
      // What was brought cannot be verified, so that it counts for nothing.
      session.reasons.add('not verified')
      Object.assign(session, { failures: session.failures + session.failuresBefore + 1, failuresBefore: 0 })
      askers.fails(askedBy, when, retryAfter)
    },
    clockMoved() {
      for (const { reasons } of sessions.values()) reasons.add('the clock was moved')
    },
    /** Whoever was waiting for an answer is gone. */
    lost(name: string) {
      sessionOf(name).inDoubt = true
    },
    woken: askers.woken,
  }
}
