/** A fault that can be played, as a button and what is to be said of it. */
export interface Switch {
  readonly name: string
  readonly about: string
  /** `running` ends by itself. */
  readonly mode: 'off' | 'on' | 'running'
  /** `call` then asks the API for something, so that the app has to renew its token and meets the fault. */
  readonly press: (call: () => Promise<void>) => Promise<void>
}
