import { createContext, type ReactNode, useContext, useEffect, useSyncExternalStore } from 'react'
import type { Auth, AuthState } from './index.ts'

const AuthContext = createContext<Auth | undefined>(undefined)
const onServer: AuthState = { status: 'loading', waitingFor: 'start' }

/** Starts `auth` and hands it down. Safe under StrictMode: `start()` runs once. */
export function AuthProvider({ auth, children }: { readonly auth: Auth; readonly children?: ReactNode }) {
  useEffect(() => {
    void auth.start()
  }, [auth])
  return <AuthContext.Provider value={auth}>{children}</AuthContext.Provider>
}

/** The present state and the verbs. Renders again when a person could notice a difference, not at each refresh. */
export function useAuth(): Pick<Auth, 'state' | 'login' | 'logout' | 'authFetch' | 'retry'> {
  const auth = useContext(AuthContext)
  if (!auth) throw new Error('useAuth() needs <AuthProvider auth={auth}> above it.')
  const state = useSyncExternalStore(
    auth.subscribe,
    () => auth.state,
    () => onServer,
  )
  const { login, logout, authFetch, retry } = auth
  return { state, login, logout, authFetch, retry }
}
