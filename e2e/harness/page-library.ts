import { AuthError, createAuth } from 'latchkey'
import { encryptedSession } from 'latchkey/persist'
import type { Library } from './harness.ts'

/** The vault is in the page. */
export const pageLibrary: Library = {
  AuthError,
  createAuth: ({ keepSession, ...options }) =>
    createAuth({ ...options, ...(keepSession && { keepSession: encryptedSession() }) }),
}
