import type { Auth, VaultHome } from 'latchkey'
import { type AskingVerb, type AuthEvent, type EndedBy, type RestoredFrom, withEvents } from 'latchkey/events'
import { afterEach, expect } from 'vitest'
import type { Stage } from '../browser.ts'
import { CODES } from '../codes.ts'

export interface Listening extends Stage {
  /** What the page has told, in order. */
  readonly told: readonly AuthEvent[]
}

let everything: AuthEvent[] = []

/** The same page, which tells what happens. */
export function listening(stage: Stage): Listening {
  const told: AuthEvent[] = []
  return { ...stage, auth: hearing(stage.auth, told), told }
}

export const hearing = <Given extends Auth>(auth: Given, told: AuthEvent[]): Given =>
  withEvents(auth, (event) => {
    told.push(event)
    everything.push(event)
  })

/** Without when and where. */
export const bare = (told: readonly AuthEvent[]) => told.map(({ at, home, ...event }) => event)

export const typesOf = ({ told }: Listening) => told.map(({ type }) => type)

const verbs: Record<AskingVerb, true> = { authFetch: true, userInfo: true, accessToken: true }
const whys: Record<EndedBy, true> = {
  logout: true,
  elsewhere: true,
  replaced: true,
  refused: true,
  expired: true,
  unreachable: true,
}
const froms: Record<RestoredFrom, true> = { vault: true, frame: true, redirect: true }
const homes: Record<VaultHome, true> = { page: true, worker: true, 'shared-worker': true }
const modes: Record<Extract<AuthEvent, { type: 'login_started' }>['mode'], true> = { redirect: true, popup: true }

type Member = (value: unknown) => boolean
const oneOf =
  (words: object): Member =>
  (value) =>
    Object.keys(words).includes(String(value))
const time: Member = (value) => typeof value === 'number' && value >= 0 && Number.isFinite(value)
const code = oneOf(CODES)
/** The form of the error codes of RFC 6749, which no token, URL, name with a capital or sentence has. */
const error: Member = (value) => /^[a-z_]{1,50}$/.test(String(value))
const mode = oneOf(modes)
const from = oneOf(froms)

/** All that an event may hold, member by member. */
const MEMBERS: Record<AuthEvent['type'], Record<string, Member>> = {
  login_started: { mode },
  login_finished: { mode, milliseconds: time },
  login_failed: { mode, code, error },
  session_restored: { from },
  restore_failed: { from, code, error },
  refreshed: {},
  degraded: { code },
  recovered: { milliseconds: time },
  ended: { why: oneOf(whys), code, error },
  request_refused: { verb: oneOf(verbs), code, error },
}

/** An event holds numbers and words of the lists above, whatever it speaks of. */
function expectRedacted(event: AuthEvent): void {
  const allowed: Record<string, Member> = {
    ...MEMBERS[event.type],
    type: oneOf(MEMBERS),
    at: time,
    home: (home) => home === undefined || oneOf(homes)(home),
  }
  const strange = Object.entries(event).filter(([name, value]) => !allowed[name]?.(value))
  expect(strange, event.type).toEqual([])
}

afterEach(() => {
  for (const event of everything) expectRedacted(event)
  everything = []
})
