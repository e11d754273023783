import { useCallback, useSyncExternalStore } from 'react'
import { useDemo } from './demo.tsx'

/** `fresh`, `refreshing` or `degraded`. Asks for the silent changes too: `useAuth` leaves out what no person could notice. */
export function useRenewal() {
  const { auth } = useDemo()
  const subscribe = useCallback((listener: () => void) => auth.subscribe(listener, { silent: true }), [auth])
  return useSyncExternalStore(subscribe, () => (auth.state.status === 'signed-in' ? auth.state.renewal : undefined))
}
