import { createHash } from 'node:crypto'

interface Bounds {
  /** How many keys may be in use at a time. */
  readonly keys: number
  /** How many proofs of each are remembered. */
  readonly proofs: number
}

interface Share {
  readonly until: number
  /** Until when each proof is remembered. */
  readonly proofs: Map<string, number>
}

/** Longer than any proof is good for, clocks that differ included. */
export const SECONDS_REMEMBERED = 70

/**
 * Tells whether a proof was here before (RFC 9449 section 11.1). Nothing is forgotten to make room, or whoever sends much
 * could have an old proof forgotten: a key that has used up its share waits, and no other key with it.
 */
export function createUsedProofs({ keys, proofs }: Bounds = { keys: 1000, proofs: 1000 }) {
  const shares = new Map<string, Share>()
  return {
    spend(thumbprint: string, jti: string): 'new' | 'used' | 'too many' {
      const now = Date.now()
      const until = now + SECONDS_REMEMBERED * 1000
      forget(shares, (share) => share.until <= now)
      const own = shares.get(thumbprint)?.proofs ?? new Map<string, number>()
      forget(own, (end) => end <= now)
      // A hash: the sender chooses how long the jti is.
      const id = createHash('sha256').update(jti).digest('base64url')
      if (own.has(id)) return 'used'
      if (own.size >= proofs || (!shares.has(thumbprint) && shares.size >= keys)) return 'too many'
      own.set(id, until)
      shares.delete(thumbprint)
      shares.set(thumbprint, { until, proofs: own })
      return 'new'
    },
  }
}

/** A map keeps its order, so the ones that are over stand first. */
function forget<Value>(entries: Map<string, Value>, isOver: (value: Value) => boolean): void {
  for (const [id, value] of entries) {
    if (!isOver(value)) return
    entries.delete(id)
  }
}
