import type { Faults, Slot } from './faults.ts'
import type { Grants } from './grants.ts'
import type { Settings, TestUser } from './options.ts'
import type { Secrets } from './secrets.ts'
import type { SigningKeys } from './signing-keys.ts'
import type { Tampering } from './tampering.ts'

/** What all endpoints of one provider share. */
export interface World {
  readonly settings: Settings
  readonly keys: SigningKeys
  readonly grants: Grants
  readonly secrets: Secrets
  readonly faults: Faults
  /** How the next ID tokens are to be wrong. */
  readonly idToken: Slot<Tampering>
  /** Who has a session at the provider. */
  user: TestUser | undefined
  /** Seconds since 1970: when that session began. */
  signedInAt: number
}

export const now = (): number => Math.floor(Date.now() / 1000)
