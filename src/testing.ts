export { createTestAuth } from './testing/auth/create-test-auth.ts'
export type { Refusals, RefusingVerb, TestAuth, TestAuthOptions, TestTokenAuth } from './testing/auth/test-auth.ts'
export { createTestBrowser, type TestBrowser } from './testing/browser/create-test-browser.ts'
export { unauthorized } from './testing/provider/api.ts'
export { breaksMidway, drips, neverEnds, repeatsTheAnswer, swells, truncates } from './testing/provider/body-faults.ts'
export {
  createTestProvider,
  type SeenRequest,
  type TestProvider,
} from './testing/provider/create-test-provider.ts'
export {
  addsHeaders,
  answers,
  asksToWait,
  breaks,
  changes,
  delays,
  hangs,
  held,
  losesTheAnswer,
  redirects,
  showsAPage,
  withoutCors,
} from './testing/provider/fault-kit.ts'
export type { Endpoint, Fault, Faults, Slot } from './testing/provider/faults.ts'
export {
  ADA,
  type Algorithm,
  GRACE,
  type Settings as TestProviderSettings,
  type TestProviderOptions,
  type TestUser,
} from './testing/provider/options.ts'
export { type SigningKey, type SigningKeys, signingKey } from './testing/provider/signing-keys.ts'
export type { Claims, Tampering } from './testing/provider/tampering.ts'
