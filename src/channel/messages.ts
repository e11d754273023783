import type { AuthErrorCode, AuthErrorDetails } from '../contract/auth-error.ts'
import type { Client, Repeatable, Vault } from '../contract/vault.ts'

/** Another number with every change of what is said here, so that two builds of an app notice that they do not understand each other. */
export const VERSION = 1

/** What a page may ask of a vault elsewhere. There is no other message from a page, and none of these can change a setting. */
export type Calls = {
  readonly [Name in Exclude<keyof Vault, 'client' | 'state' | 'subscribe' | 'fetch'>]: {
    readonly asks: Parameters<Vault[Name]>[0]
    readonly answers: Awaited<ReturnType<Vault[Name]>>
  }
} & {
  /** The first of all, and again wherever the vault has been silent for long. Asks for a version. */
  readonly hello: { readonly asks: number; readonly answers: Greeting }
  readonly fetch: { readonly asks: PostedRequest; readonly answers: PostedResponse }
  /** The next piece of a response; nothing at its end. Nobody sends one unasked, so none pile up. */
  readonly pull: { readonly asks: number; readonly answers: Uint8Array | undefined }
  /** A request, or the rest of its response, is not wanted any more. */
  readonly cancel: { readonly asks: number; readonly answers: unknown }
  /** Where a hidden frame has ended, that the vault asked for. */
  readonly framed: { readonly asks: PostedFrame; readonly answers: unknown }
  /** The page goes away: `kept` if the browser may bring it back. */
  readonly bye: { readonly asks: 'kept' | 'closed'; readonly answers: unknown }
}

export interface Call<Name extends keyof Calls = keyof Calls> {
  readonly id: number
  readonly name: Name
  readonly argument: Calls[Name]['asks']
  /** What the tabs share (docs/decisions/0005), as this page reads it now. */
  readonly mark: unknown
}

/** All that a vault says to a page. What a page is told first was so first. */
export interface Said {
  /** The call that is answered here, with one of the next two. */
  readonly id?: number
  readonly value?: unknown
  readonly error?: PostedError
  /** An `AuthState` as JSON, its `reason` as a `PostedError`. */
  readonly state?: string
  /** No person could notice this change of the state. */
  readonly silent?: boolean
  /** To be written where all tabs can read it. */
  readonly mark?: string
  /** To be opened where nobody sees it. */
  readonly frame?: { readonly id: number; readonly url: string; readonly timeout: number }
}

export interface Greeting {
  readonly version: typeof VERSION
  readonly client: Client
  /** The name of what the tabs share. */
  readonly markName: string
}

/** Without a code: whatever `fetch` rejects with, which says no more than that it failed. */
export interface PostedError {
  readonly code?: AuthErrorCode
  readonly message: string
  readonly details?: AuthErrorDetails
}

export interface PostedFrame {
  readonly id: number
  readonly url?: string
  /** Why it has shown nothing. */
  readonly code?: AuthErrorCode
}

export interface PostedRequest {
  /** The page's own number for it. */
  readonly id: number
  readonly repeatable: Repeatable
  /** All that is a plain value: the vault's side takes what it knows. */
  readonly members: Readonly<Record<string, unknown>>
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Blob | ReadableStream | undefined
}

export interface PostedResponse {
  /** For the constructor; absent where none takes such a status. */
  readonly init: ResponseInit | undefined
  /** What the constructor does not take. */
  readonly shown: { readonly [Name in Shown]: { readonly value: Response[Name] } }
  /** All of it, where it is short and came at once; `null` where there is none; absent where it is to be pulled. */
  readonly body: Uint8Array<ArrayBuffer> | null | undefined
}

export type Shown = 'url' | 'redirected' | 'type' | 'status' | 'statusText' | 'ok'

/** What goes with the name of a call. */
export type Asked<Name extends keyof Calls> = undefined extends Calls[Name]['asks']
  ? [argument?: Calls[Name]['asks'], transfer?: Transferable[]]
  : [argument: Calls[Name]['asks'], transfer?: Transferable[]]

/** Asks the vault's side. */
export type Ask = <Name extends keyof Calls>(name: Name, ...asked: Asked<Name>) => Promise<Calls[Name]['answers']>

/** One end of a connection: a port, a worker, or what a dedicated worker calls `self`. */
export interface Port {
  postMessage(message: unknown, transfer: Transferable[]): void
}
