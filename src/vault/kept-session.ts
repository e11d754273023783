import type { Settings } from '../provider/settings.ts'
import type { TokenSet } from '../provider/tokens.ts'
import type { Arrived, Renewals } from './session.ts'
import type { Renew } from './silent-renewal.ts'

/** A session that is kept where all tabs and workers can use it: each renews for all of them. */
export interface KeptSession {
  /** What somebody who signed in before has left. Never rejects. */
  readonly load: () => Promise<Arrived | undefined>
  /** Replaces what is kept. Answers the tokens as they belong to everybody; as they were, if they could not be kept. Never rejects. */
  readonly save: (tokens: TokenSet) => Promise<Arrived>
  /** Forgets what is kept, and answers it. Never rejects. */
  readonly take: () => Promise<TokenSet | undefined>
  readonly renew: Renewals['renew']
}

export interface KeepingGround {
  readonly settings: Settings
  readonly renew: Renew
  /** What tabs share to know of sign-outs. */
  readonly mark: () => string
  /** Aborted when this page or worker goes: what is kept stays. */
  readonly gone: AbortSignal
}

/** What the option `keepSession` is, seen from in here. */
export type KeepTokens = (ground: KeepingGround) => KeptSession
