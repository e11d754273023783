import type { Auth } from 'latchkey'
import { useEffect, useState } from 'react'
import { useDemo } from '../demo.tsx'

export interface Life {
  /** Milliseconds since 1970. */
  readonly expiresAt: number
  /** When this token was first seen. */
  readonly since: number
  readonly secondsLeft: number
  /** From 1, fresh, to 0, run out. */
  readonly left: number
}

/** Looks instead of subscribing: a silent refresh is no news to an app, so nobody is told of it. */
export function useTokenLife(): Life | undefined {
  const { auth } = useDemo()
  const [life, setLife] = useState(() => lifeOf(auth))
  useEffect(() => {
    const timer = setInterval(() => setLife((before) => lifeOf(auth, before)), 250)
    return () => clearInterval(timer)
  }, [auth])
  return life
}

function lifeOf({ state }: Auth, before?: Life): Life | undefined {
  const expiresAt = state.status === 'signed-in' ? state.session.expiresAt : undefined
  if (expiresAt === undefined) return undefined
  const now = Date.now()
  const since = before?.expiresAt === expiresAt ? before.since : now
  const remaining = Math.max(0, expiresAt - now)
  const whole = Math.max(1, expiresAt - since)
  return { expiresAt, since, secondsLeft: Math.ceil(remaining / 1000), left: Math.min(1, remaining / whole) }
}
