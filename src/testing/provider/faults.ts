/** Where a request can go. `elsewhere` is every host that is neither the provider nor the API. */
export type Endpoint =
  | 'discovery'
  | 'authorization'
  | 'token'
  | 'jwks'
  | 'revocation'
  | 'endSession'
  | 'userInfo'
  | 'api'
  | 'elsewhere'

/**
 * Answers in place of an endpoint. `normally` does what the endpoint would have done: call it, or do not, and change
 * what it answers. Whatever is thrown is a connection that broke.
 */
export type Fault = (request: Request, normally: () => Promise<Response>) => Response | Promise<Response>

/** What goes wrong at one place: first what is to happen once, in order, then what is to happen always. */
export interface Slot<Trouble> {
  /** The next time; called again, the time after that. */
  readonly once: (trouble: Trouble) => void
  /** Every time from then on. */
  readonly always: (trouble: Trouble) => void
  /** Nothing is wrong here any more. */
  readonly never: () => void
  /** Takes what is to happen now. */
  readonly next: () => Trouble | undefined
}

/** What goes wrong where: `provider.faults.token.once(hangs)`. */
export type Faults = Readonly<Record<Endpoint, Slot<Fault>>>

export function createSlot<Trouble>(): Slot<Trouble> {
  let queue: Trouble[] = []
  let lasting: Trouble | undefined
  return {
    once: (trouble) => void queue.push(trouble),
    always(trouble) {
      lasting = trouble
    },
    never() {
      queue = []
      lasting = undefined
    },
    next: () => queue.shift() ?? lasting,
  }
}

export const createFaults = (): Faults => ({
  discovery: createSlot(),
  authorization: createSlot(),
  token: createSlot(),
  jwks: createSlot(),
  revocation: createSlot(),
  endSession: createSlot(),
  userInfo: createSlot(),
  api: createSlot(),
  elsewhere: createSlot(),
})
