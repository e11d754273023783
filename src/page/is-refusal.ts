import type { AuthError } from '../contract/auth-error.ts'

/** The provider, or the browser, has said no; any other fault says nothing of who is signed in. */
export const isRefusal = ({ code }: AuthError): boolean => /^(login_required|provider_error|token_invalid)$/.test(code)
