import { AuthError, type AuthErrorCode, isRetriable } from 'latchkey'
import { isRetriable as remotely } from 'latchkey/remote'
import { expect, it } from 'vitest'

const RETRIABLE: Readonly<Record<AuthErrorCode, boolean>> = {
  network: true,
  timeout: true,
  provider_invalid: true,
  vault_unavailable: true,
  configuration: false,
  callback_invalid: false,
  callback_expired: false,
  provider_error: false,
  token_invalid: false,
  login_required: false,
  api_not_allowed: false,
  step_up_required: false,
  popup_blocked: false,
  popup_closed: false,
}

it.each(Object.entries(RETRIABLE))('%s may pass by itself: %s', (code, expected) => {
  expect(isRetriable(new AuthError(code as AuthErrorCode, 'Why.'))).toBe(expected)
})

it.each([[new TypeError('Failed to fetch')], [undefined], [null], ['network'], [{}], [{ code: 7 }]])(
  'what is no error of ours is for the app to judge: %s',
  (error) => {
    expect(isRetriable(error)).toBe(false)
  },
)

it('is the same where the tokens are elsewhere', () => {
  expect(remotely(new AuthError('network', 'Why.'))).toBe(true)
})
