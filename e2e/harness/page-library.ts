import { AuthError, createAuth } from 'latchkey'
import type { Library } from './harness.ts'

/** The vault is in the page. */
export const pageLibrary: Library = {
  AuthError,
  createAuth: ({ keepSession: _, ...options }) => createAuth(options),
}
