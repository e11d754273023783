import type { AuthError } from '../contract/auth-error.ts'
import type { AuthState, Renewal } from '../contract/auth-state.ts'
import { isRefusal } from '../contract/failure.ts'
import type { Observable } from '../observable.ts'
import { createAlarm } from './alarm.ts'
import { type Moment, now, since } from './clock.ts'
import { type Held, lifetimeLeft, stateOf, timeLeft } from './held-session.ts'
import { createOutcomes } from './outcomes.ts'
import { planAfter, planFor, sooner, wasLong } from './renewal-plan.ts'
import { isNearItsEnd } from './renewal-times.ts'
import type { Arrived, Pass, Renewals, SessionKeeper } from './session.ts'
import { ended, sessionOver } from './session-over.ts'

const ONE_SECOND = 1_000
const TWO_SECONDS = 2_000
const FRESH: Renewal = Object.freeze({ status: 'fresh' })

export function createSessionKeeper(
  state: Observable<AuthState>,
  { renew, unwanted, patience }: Renewals,
): SessionKeeper {
  let held: Held | undefined
  const [nextOutcome, tellOutcome] = createOutcomes()
  const alarm = createAlarm(() => lookAtTheClock())

  const keep = (arrived: Arrived, session: AbortController, refusals: number, withManyOthers: boolean) => {
    const { received = now(), ...tokens } = arrived
    const before = held
    // What was kept is in use elsewhere, and somewhere between two renewals already.
    const plan = planFor(tokens, withManyOthers && !arrived.received)
    held = { tokens, session, refusals, received, plan, planned: received, renewal: FRESH }
    const isSilent =
      before?.tokens.userJson === tokens.userJson &&
      before.tokens.scope === tokens.scope &&
      before.renewal.status !== 'degraded'
    state.set(stateOf(held), isSilent)
    lookAtTheClock()
    tellOutcome()
  }

  /** Says how it stands with the tokens, aloud if that is for people to know. */
  const show = (current: Held, renewal: Renewal) => {
    const isSilent = renewal.status !== 'degraded' || current.renewal.status === 'degraded'
    current.renewal = Object.freeze(renewal)
    state.set(stateOf(current), isSilent)
  }

  const lookAtTheClock = () => {
    // Whoever was told of a change may have signed out.
    if (!held) return
    const wait = timeLeft(held)
    if (wait > 0) alarm.set(wait)
    else renewed(held, false).catch(() => {})
  }

  const end = (reason?: AuthError) => {
    const last = held
    held = undefined
    alarm.clear()
    if (!last) return undefined
    state.set(Object.freeze({ status: 'signed-out', reason }))
    last.session.abort(over())
    tellOutcome()
    return last.tokens
  }

  /** One renewal at a time for each session, shared by all who wait for it until it ends, or a sign-out or another login comes first. */
  const renewed = (current: Held, forRefusal: boolean): Promise<void> =>
    (current.renewing ??= Promise.race([attempt(current, forRefusal), nextOutcome()]).finally(() => {
      delete current.renewing
    }))

  const attempt = async (current: Held, forRefusal: boolean) => {
    const { refreshToken } = current.tokens
    if (current.renewal.status === 'fresh') show(current, { status: 'refreshing' })
    try {
      const tokens = await renew(current.tokens, (refreshToken) => {
        current.tokens = { ...current.tokens, refreshToken }
      })
      // Signed out, or somebody else signed in, while the answer was on its way: it must not bring the old session back.
      if (held?.session !== current.session) return unwanted(tokens)
      // The same person has signed in again: to revoke these might end that, too.
      if (held !== current) return
      keep(tokens, current.session, forRefusal ? current.refusals + 1 : 0, wasLong(current.plan))
    } catch (error) {
      if (held === current) failed(current, error as AuthError, forRefusal ? 0 : lifetimeLeft(current))
      // One that was rotated for nobody must not go on living at the provider.
      if (held?.session !== current.session && current.tokens.refreshToken !== refreshToken) unwanted(current.tokens)
      throw error
    }
  }

  const failed = (current: Held, error: AuthError, left: number) => {
    if (isRefusal(error)) return void end(sessionOver(error))
    current.plan = planAfter(error, current.plan, left)
    current.planned = now()
    const since = current.renewal.status === 'degraded' ? current.renewal.since : Date.now()
    // First: whoever hears of it may do something about it at once.
    lookAtTheClock()
    show(current, { status: 'degraded', since, code: error.code })
    tellOutcome()
  }

  const passOf = ({ tokens, session }: Held): Pass => ({ accessToken: tokens.accessToken, session })

  const passAfterRenewal = async (current: Held, forRefusal: boolean): Promise<Pass> => {
    current.plan = sooner(current.plan, 'hurried')
    const { lastFailure } = current.plan
    if (lastFailure && timeLeft(current) > 0) {
      lookAtTheClock()
      throw lastFailure
    }
    await renewed(current, forRefusal)
    const present = still(current.session)
    if (present === current) throw current.plan.lastFailure
    return passOf(present)
  }

  /** Where renewing fails in passing, a request waits for an attempt that does not, as long as it has patience. */
  const patiently = async (current: Held, forRefusal: boolean): Promise<Pass> => {
    let begun: Moment | undefined
    for (;;) {
      try {
        return await passAfterRenewal(current, forRefusal)
      } catch (error) {
        begun ??= now()
        const left = patience - since(begun)
        if (left > 0 && held === current) await nextOutcome(left)
        if (held !== current) return passOf(still(current.session))
        // Whatever is under way by then.
        if (since(begun) >= patience) throw error
      }
    }
  }

  const wake = () => {
    if (!held) return
    held.plan = sooner(held.plan, 'asked')
    lookAtTheClock()
  }

  /** What is held now, if it is of this session. */
  const still = (session: AbortController): Held => {
    if (held?.session !== session) throw over()
    return held
  }

  const pass = async (): Promise<Pass> => {
    const current = held
    if (!current) throw over()
    const left = lifetimeLeft(current)
    if (!isNearItsEnd(current.tokens, left, since(current.received))) return passOf(current)
    if (left <= 0) return patiently(current, false)
    // A token that is good for a moment longer need not wait for a provider that hangs.
    const renewal = passAfterRenewal(current, false).catch(() => undefined)
    await Promise.race([renewal, nextOutcome(Math.min(left / 2, TWO_SECONDS))])
    const present = still(current.session)
    // Timers can be late.
    return lifetimeLeft(present) > 0 ? passOf(present) : patiently(present, false)
  }

  return {
    begin(tokens) {
      // A provider may tie all logins of one person together, so that to revoke the first would end the second.
      const isSame = held?.tokens.claims.sub === tokens.claims.sub
      const before = isSame ? undefined : held
      if (before) unwanted(before.tokens)
      keep(tokens, (isSame && held?.session) || new AbortController(), 0, true)
      before?.session.abort(ended('Another person has signed in.'))
    },
    end,
    over,

    pass,
    async newerPass(refused) {
      const current = still(refused.session)
      if (current.tokens.accessToken !== refused.accessToken) return pass()
      if (current.refusals && since(current.received) < ONE_SECOND * 5 ** current.refusals) return undefined
      return patiently(current, true)
    },

    wake() {
      const underWay = held?.renewing
      wake()
      // It may have begun before there was a network.
      underWay?.then(wake, wake)
    },
  }

  function over(): AuthError {
    const last = state.get()
    const reason = last.status === 'signed-out' && last.reason
    return reason || ended('Nobody is signed in any more.')
  }
}
