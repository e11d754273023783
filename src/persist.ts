export type { KeepSession, SessionStore } from './contract/options.ts'
export { encryptedSession } from './persist/encrypted-session.ts'
export { keepIn } from './persist/keep-in.ts'
