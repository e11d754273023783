import fc from 'fast-check'
import { AuthError, type AuthErrorCode, type AuthState } from 'latchkey'
import { afterEach, beforeEach, expect } from 'vitest'
import { CODES } from '../codes.ts'
import { leaksIn } from '../leaks.ts'

/**
 * The usual runs make up the same values each time, so that a failure means a change. `FUZZ=100 npx vitest run test/fuzz`
 * makes up others, a hundred times as many.
 */
const TIMES = Number(process.env.FUZZ ?? 1)
const SEED = process.env.FUZZ ? Date.now() : 20_261_121
const ONE_MINUTE = 60_000

/** The time limit of a property: a safety net, far beyond what it needs. */
export const LONG = ONE_MINUTE * Math.max(1, TIMES)

/** Checks a property for so many made-up values; a failure prints the seed and the smallest value that shows it. */
export async function forAll<Value>(
  numRuns: number,
  values: fc.Arbitrary<Value>,
  holds: (value: Value) => Promise<void> | void,
): Promise<void> {
  const sane = async (value: Value) => {
    await holds(value)
    expect(prototypes(), 'a built-in prototype was changed').toEqual(BEFORE)
  }
  await fc.assert(fc.asyncProperty(values, sane), { numRuns: Math.ceil(numRuns * TIMES), seed: SEED })
}

const MEMBERS = ['stack', 'message', 'code', 'name', 'provider', 'retryAfter', 'stepUp']

/** An error as the library may have one: of its one class, with a code of the list, and with no secret in it. */
export function expectTyped(error: unknown, secrets: readonly string[] = []): AuthErrorCode {
  if (!(error instanceof AuthError)) throw error
  expect(Object.keys(CODES)).toContain(error.code)
  expect(MEMBERS).toEqual(expect.arrayContaining(Object.getOwnPropertyNames(error)))
  expect(leaksIn(error, secrets), 'a secret in an error').toEqual([])
  return error.code
}

/** `signed-in`, or the code of why not; `signed-out` where nothing went wrong. */
export type Outcome = AuthState['status'] | AuthErrorCode

export function outcomeOf(state: AuthState, secrets: readonly string[]): Outcome {
  expect(leaksIn(state, secrets), 'a secret in the state').toEqual([])
  return state.status === 'signed-out' && state.reason ? expectTyped(state.reason, secrets) : state.status
}

/** The code that this was refused with; `undefined` if it was not. */
export async function codeOf(action: () => unknown, secrets?: readonly string[]): Promise<AuthErrorCode | undefined> {
  try {
    await action()
  } catch (error) {
    return expectTyped(error, secrets)
  }
  return undefined
}

const prototypes = () =>
  [Object.prototype, Array.prototype, Function.prototype, String.prototype, Promise.prototype].map((prototype) =>
    Reflect.ownKeys(prototype).map(String).join(),
  )
const BEFORE = prototypes()

const strays: unknown[] = []
const stray = (reason: unknown) => void strays.push(reason)

beforeEach(() => {
  strays.length = 0
  process.on('unhandledRejection', stray)
})

afterEach(async () => {
  // A rejection counts as unhandled once the microtasks are done.
  await new Promise(setImmediate)
  process.off('unhandledRejection', stray)
  expect(strays, 'a rejection that nobody handled').toEqual([])
})
