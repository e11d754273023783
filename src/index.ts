export type { Auth, LoginOptions, LogoutResult } from './contract/auth.ts'
export { AuthError, type AuthErrorCode, type ProviderMessage, type StepUp } from './contract/auth-error.ts'
export type { AuthState, Session, User } from './contract/auth-state.ts'
