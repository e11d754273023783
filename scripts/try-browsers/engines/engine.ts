/** One browser engine, and how it is driven. The rest of the script knows no more of it than this. */
export interface Engine {
  readonly name: string
  /** How to get it, for whoever has not. */
  readonly hint: string
  /** `undefined` where this machine does not have it. */
  readonly find: () => string | undefined
  readonly start: (path: string) => Promise<Browser>
}

/** A profile with nothing in it, that is forgotten at the end. */
export interface Browser {
  readonly version: string
  readonly open: () => Promise<Tab>
  /** Takes the network away, and gives it back. Absent where the driver cannot. */
  readonly setOffline?: ((isOffline: boolean) => Promise<void>) | undefined
  readonly close: () => Promise<void>
}

export interface Tab {
  readonly goto: (url: string) => Promise<void>
  readonly reload: () => Promise<void>
  readonly back: () => Promise<void>
  /** Runs in the page, which knows nothing of what stands around the function. */
  readonly run: <Parameters extends readonly unknown[], Result>(
    act: (...parameters: Parameters) => Result,
    ...parameters: Parameters
  ) => Promise<Awaited<Result>>
  /** Clicks the button of this name, as a person does. */
  readonly press: (button: string) => Promise<void>
  /** Types into the field of this label. */
  readonly fill: (label: string, text: string) => Promise<void>
  /** The window that opens while this is done. */
  readonly opened: (act: () => Promise<void>) => Promise<Tab>
  readonly isClosed: () => Promise<boolean>
  /** Has it covered by another tab, or its window put away. Answers how to undo that. */
  readonly hide: () => Promise<() => Promise<void>>
  readonly close: () => Promise<void>
}

export const buttonNamed = (name: string): string => `//button[normalize-space()="${name}"]`

export const fieldLabelled = (label: string): string => `//input[@id=//label[normalize-space()="${label}"]/@for]`
