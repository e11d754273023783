export { unauthorized } from './testing/provider/api.ts'
export {
  createTestProvider,
  type SeenRequest,
  type TestProvider,
} from './testing/provider/create-test-provider.ts'
export {
  answers,
  breaks,
  changes,
  hangs,
  held,
  losesTheAnswer,
  redirects,
  withoutCors,
} from './testing/provider/fault-kit.ts'
export type { Endpoint, Fault, Faults, Slot } from './testing/provider/faults.ts'
export { type Algorithm, GRACE, type TestProviderOptions, type TestUser } from './testing/provider/options.ts'
export { type SigningKey, signingKey } from './testing/provider/signing-keys.ts'
export type { Tampering } from './testing/provider/tampering.ts'
