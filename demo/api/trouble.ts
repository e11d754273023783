import type { AccessToken } from './access-token.ts'

type Refusal = 'once' | 'always' | 'none'

export type Trouble = ReturnType<typeof createTrouble>

const REMEMBERED = 1000

interface Wish {
  /** `once`: all tokens that are out there now, so that a fresh one helps. */
  readonly refuse?: Refusal
  /** DPoP proofs must carry a nonce. */
  readonly requireNonce?: boolean
}

/** Refuses good tokens on request, and makes proofs harder. */
export function createTrouble({ requireNonce }: { readonly requireNonce: boolean }) {
  let refuse: Refusal = 'none'
  let isNonceRequired = requireNonce
  let issuedBefore = 0
  let seen: readonly string[] = []
  let refused: ReadonlySet<string> = new Set()
  return {
    make(wish: Wish) {
      isNonceRequired = wish.requireNonce ?? isNonceRequired
      if (wish.refuse === undefined) return
      refuse = wish.refuse
      // `iat` counts whole seconds: within the present one only those that have been here are known to be old.
      issuedBefore = Math.floor(Date.now() / 1000)
      refused = new Set(seen)
    },
    requiresNonce: () => isNonceRequired,
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

/** Something that we know how to do. */
export function isWish(value: Readonly<Record<string, unknown>>): value is Readonly<Record<string, unknown>> & Wish {
  const { refuse = 'none', requireNonce = false } = value
  const isAsked = Object.hasOwn(value, 'refuse') || Object.hasOwn(value, 'requireNonce')
  return isAsked && ['once', 'always', 'none'].includes(refuse as string) && typeof requireNonce === 'boolean'
}
