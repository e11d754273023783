import type { AuthErrorCode } from 'latchkey'

/** The closed list of codes, as values: one that is missing here, or too many, is a type error. */
export const CODES: Record<AuthErrorCode, true> = {
  configuration: true,
  callback_invalid: true,
  callback_expired: true,
  provider_error: true,
  provider_invalid: true,
  token_invalid: true,
  network: true,
  timeout: true,
  login_required: true,
  api_not_allowed: true,
  step_up_required: true,
  popup_blocked: true,
  popup_closed: true,
  vault_unavailable: true,
}
