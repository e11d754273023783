import { createAccounts } from './accounts.ts'
import type { View } from './device/ledger.ts'
import type { Place } from './device/place.ts'
import type { SoakHome } from './report.ts'
import { createStory } from './story.ts'

/** The patience of five seconds, and what can take longer when it has begun. */
const LONGEST_CALL = 40_000
/** Before that, a tab of a session that is kept may wait for its turn: five seconds for a lock, thirty for those before it. */
const LONGEST_TURN = 35_000

/** What callers may hear while a fault passes. */
const PASSING = ['ok', 'network', 'timeout', 'provider_invalid']
/** Where tabs share a session the token of another may be refused as well, and no call is sent a third time. */
const PASSING_WHERE_SHARED = [...PASSING, '401']

/** Everything that is written down while it happens. */
export function createBooks(
  home: SoakHome,
  lifetime: number,
  now: () => number,
  onProblem: (words: string) => void = () => {},
) {
  const problems: string[] = []
  const calls: Record<string, number> = {}
  const passing = home === 'kept' ? PASSING_WHERE_SHARED : PASSING
  let longestCall = 0
  let isSignedOut = false
  const story = createStory()
  const wrong = (at: number, ...words: readonly unknown[]) => {
    const whole = story.ending(at, ...words)
    problems.push(whole)
    onProblem(whole)
  }
  const accounts = createAccounts(home === 'kept', lifetime, story, wrong)
  const sessionOf = ({ name }: Place) => (home === 'page' ? name : 'all')
  return {
    problems,
    calls,
    story,
    wrong,
    accounts,
    longestCall: () => longestCall,
    /** Nobody comes back from there without a click. */
    isSignedOut: () => isSignedOut,
    seen(place: Place, { sent, calls: ended, told }: View): void {
      for (const one of sent) accounts.enter(sessionOf(place), place.name, one, now())
      for (const [outcome, took] of ended) {
        calls[outcome] = (calls[outcome] ?? 0) + 1
        if (!passing.includes(outcome)) wrong(now(), place.name, `a call ended with ${outcome}`)
        longestCall = Math.max(longestCall, took)
        if (took > LONGEST_CALL + (home === 'kept' ? LONGEST_TURN : 0))
          wrong(now(), place.name, `a call took ${took} ms until ${outcome}`)
      }
      for (const words of told.filter((words) => words.startsWith('signed out'))) {
        isSignedOut = true
        wrong(now(), place.name, words)
      }
    },
    left(place: Place): void {
      if (place.view.waiting.length > 0) accounts.lost(sessionOf(place))
    },
  }
}
