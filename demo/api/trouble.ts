import type { AccessToken } from './access-token.ts'

export type Refusal = 'once' | 'always' | 'none'

export type Trouble = ReturnType<typeof createTrouble>

const REMEMBERED = 1000

/** Refuses good tokens on request. `once`: all that are out there now, so that a fresh one helps. */
export function createTrouble() {
  let refuse: Refusal = 'none'
  let issuedBefore = 0
  let seen: readonly string[] = []
  let refused: ReadonlySet<string> = new Set()
  return {
    make(kind: Refusal) {
      refuse = kind
      // `iat` counts whole seconds: within the present one only those that have been here are known to be old.
      issuedBefore = Math.floor(Date.now() / 1000)
      refused = new Set(seen)
    },
    refuses({ id, issuedAt }: AccessToken): boolean {
      if (refuse === 'always') return true
      if (refuse === 'once') return issuedAt < issuedBefore || refused.has(id)
      return false
    },
    remember({ id }: AccessToken) {
      if (seen.at(-1) !== id) seen = [...seen.filter((one) => one !== id), id].slice(-REMEMBERED)
    },
  }
}

export function isRefusal(value: unknown): value is Refusal {
  return value === 'once' || value === 'always' || value === 'none'
}
