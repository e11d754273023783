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
  /** So many tokens in a row came since an API had refused those before. */
  refused: number
  readonly reasons: Set<string>
}

const ONE_SECOND = 1_000
const ONE_MINUTE = 60_000
const SOONEST_SHARE = 0.75
const REFUSED = 'refused by the API'

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

  const sessionOf = (name: string): Session => {
    const known = sessions.get(name)
    if (known) return known
    const none = { inDoubt: false, inFrame: false, failures: 0, failuresBefore: 0, refused: 0 }
    const session = { ...none, reasons: new Set(['sign-in']) }
    sessions.set(name, session)
    return session
  }

  const count = (reason: string) => {
    totals.sooner[reason] = (totals.sooner[reason] ?? 0) + 1
  }

  const bringsTokens = (session: Session, when: Moment, took: number, askedBy: string) => {
    const { last, reasons, failures } = session
    const [reason] = reasons
    session.refused = reasons.has(REFUSED) ? session.refused + 1 : 0
    if (last && since(last, when) >= lifetime * SOONEST_SHARE) totals.lifetimes += 1
    // A tab that opens does not wait for the answer to another.
    else if (isShared && last && when.at - took < last.at) count('two have asked')
    else if (reason) count(reason)
    else wrong(when.at, askedBy, `renewed ${last && since(last, when)} ms after the last time, for no reason`)
    reasons.clear()
    if (!last) reasons.add('the first after a sign-in')
    if (failures > (isShared ? 0 : 1)) reasons.add('the first after failures')
    Object.assign(session, { last: when, inDoubt: false, inFrame: false, failures: 0, failuresBefore: failures })
    askers.succeeds(askedBy)
  }

  const asksForTokens = (
    session: Session,
    when: Moment,
    askedBy: string,
    { grant, status, played, retryAfter, took }: Sent,
  ) => {
    totals.requests += 1
    // The frame has come to nothing.
    if (session.inFrame && grant === 'refresh_token') session.failures += 1
    session.inFrame = false
    askers.asks(askedBy, when)
    const isPlayed = played && played !== 'late answer'
    if (status === 200 && !isPlayed) return bringsTokens(session, when, took, askedBy)
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
    /** Nobody asks for yet another token where the one that came a moment ago is refused, and a moment grows with each in a row. */
    mayBeRefused: (at: number) =>
      [...sessions.values()].every(
        ({ last, refused }) => !last || at >= last.at + Math.max(ONE_MINUTE, ONE_SECOND * 5 ** refused),
      ),
    enter(name: string, askedBy: string, sent: Sent, at: number): void {
      const session = sessionOf(name)
      const when = { at, wall: sent.wall }
      const { path, grant, status, played, retryAfter } = sent
      if (path !== '/notes' || status === 401) story.note(at, askedBy, path, grant, status, played)
      if (path === '/token') {
        asksForTokens(session, when, askedBy, sent)
        return
      }
      if (path === '/notes' && status === 401) session.reasons.add(REFUSED)
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
