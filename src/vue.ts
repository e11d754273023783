import { type InjectionKey, inject, type Plugin, type ShallowRef, shallowReadonly, shallowRef } from 'vue'
import type { Auth, AuthState } from './index.ts'

type VueAuth = Pick<Auth, 'login' | 'logout' | 'authFetch' | 'retry'> & {
  readonly state: Readonly<ShallowRef<AuthState>>
}

const KEY: InjectionKey<VueAuth> = Symbol('latchkey')

/** `app.use(authPlugin(auth))` starts `auth` and hands it to every component. */
export function authPlugin(auth: Auth): Plugin {
  return {
    install(app) {
      const state = shallowRef(auth.state)
      const stop = auth.subscribe((next) => {
        state.value = next
      })
      app.onUnmount?.(stop)
      app.provide(KEY, {
        state: shallowReadonly(state),
        login: auth.login,
        logout: auth.logout,
        authFetch: auth.authFetch,
        retry: auth.retry,
      })
      void auth.start()
    },
  }
}

/** The present state, as a ref, and the verbs. */
export function useAuth(): VueAuth {
  const auth = inject(KEY, undefined)
  if (!auth) throw new Error('useAuth() needs app.use(authPlugin(auth)).')
  return auth
}
