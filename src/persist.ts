export type { SessionStore } from './contract/options.ts'
export { encryptedSession } from './persist/encrypted-session.ts'
