import { randomBytes } from 'node:crypto'

interface Nonce {
  readonly value: string
  /** Milliseconds since 1970. */
  readonly madeAt: number
}

const HALF_A_MINUTE = 30_000
const ONE_MINUTE = 60_000

/** A new nonce each half minute, good for a minute: nobody can make proofs to be used later (RFC 9449 section 11.2). */
export function createNonces() {
  let newestFirst: readonly Nonce[] = []
  const youngerThan = (age: number) => newestFirst.filter(({ madeAt }) => Date.now() - madeAt < age)
  return {
    newest(): string {
      const [newest] = youngerThan(HALF_A_MINUTE)
      if (newest) return newest.value
      const value = randomBytes(16).toString('base64url')
      newestFirst = [{ value, madeAt: Date.now() }, ...youngerThan(ONE_MINUTE)]
      return value
    },
    accepts: (value: unknown): boolean => youngerThan(ONE_MINUTE).some((nonce) => nonce.value === value),
  }
}
