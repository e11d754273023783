import type { Call, Calls, PostedFrame, PostedRequest } from './messages.ts'

type Check = (value: unknown) => boolean

const isNothing: Check = (value) => value === undefined
const isText: Check = (value) => typeof value === 'string'
const isNumber: Check = Number.isSafeInteger
const isBoolean: Check = (value) => typeof value === 'boolean'
const isOneOf =
  (...values: unknown[]): Check =>
  (value) =>
    values.includes(value)
const either =
  (...checks: Check[]): Check =>
  (value) =>
    checks.some((check) => check(value))

/** A plain object with these members and no other. */
const isShaped =
  <Shape>(members: { readonly [Name in keyof Required<Shape>]: Check }): Check =>
  (value) =>
    isPlain(value) &&
    Object.keys(value).every((name) => Object.hasOwn(members, name)) &&
    Object.entries<Check>(members).every(([name, check]) => check(Object.hasOwn(value, name) ? value[name] : undefined))

const isListOfPairs: Check = (value) =>
  Array.isArray(value) && value.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every(isText))

const isRecord: Check = (value) =>
  isPlain(value) && Object.values(value).every(either(isText, isNumber, isBoolean, isNothing))

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

// By name, as what comes out of a message may be of another realm's making.
const isBody: Check = (value) => /^\[object (Blob|ReadableStream)\]$/.test(Object.prototype.toString.call(value))

/** What each call must be asked with: a call that is missing here does not compile. */
const ARGUMENTS: { readonly [Name in keyof Calls]: Check } = {
  hello: isNumber,
  connect: isNothing,
  beginLogin: isShaped<Calls['beginLogin']['asks']>({
    parameters: either(isNothing, isRecord),
    stepUp: either(isNothing, isRecord),
  }),
  redeemLogin: isText,
  userInfo: isNothing,
  accessToken: isText,
  logout: isNothing,
  wake: isNothing,
  dispose: isNothing,
  fetch: isShaped<PostedRequest>({
    id: isNumber,
    repeatable: isOneOf('repeatable', 'once'),
    members: isPlain,
    headers: isListOfPairs,
    body: either(isNothing, isBody),
  }),
  pull: isNumber,
  cancel: isNumber,
  framed: isShaped<PostedFrame>({ id: isNumber, url: either(isNothing, isText), code: either(isNothing, isText) }),
  bye: isOneOf('kept', 'closed'),
}

const ENVELOPE = isShaped<Call>({
  id: isNumber,
  name: isText,
  argument: () => true,
  mark: () => true,
})

/** Whether this is a call at all, so that whoever made it can be answered. */
export const isCall = (message: unknown): message is Call => ENVELOPE(message)

/** Whether it is one of those that there are. */
export const isKnown = ({ name, argument }: Call): boolean =>
  Object.hasOwn(ARGUMENTS, name) && ARGUMENTS[name](argument)
