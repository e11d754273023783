/** What the demo uses of a package that comes without types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

  interface StoredValue {
    readonly uid?: string
    readonly userCode?: string
    readonly grantId?: string
    consumed?: number
  }

  interface Adapter {
    upsert(id: string, value: StoredValue, seconds?: number): Promise<void>
    find(id: string): Promise<StoredValue | undefined>
    findByUid(uid: string): Promise<StoredValue | undefined>
    findByUserCode(userCode: string): Promise<StoredValue | undefined>
    consume(id: string): Promise<void>
    destroy(id: string): Promise<void>
    revokeByGrantId(grantId: string): Promise<void>
  }

  interface Client {
    readonly clientId: string
    readonly clientName?: string
    grantTypeAllowed(grantType: string): boolean
  }

  interface Session {
    readonly accountId?: string
    readonly authorizations?: Readonly<Record<string, { readonly grantId?: string }>>
    readonly state?: { readonly postLogoutRedirectUri?: string; readonly state?: string }
    destroy(): Promise<void>
  }

  interface Authentication {
    readonly authTime?: number
    readonly acr?: string
  }

  interface OidcContext {
    readonly provider: Provider
    readonly client?: Client
    readonly params?: Readonly<Record<string, unknown>>
    readonly session?: Session
    readonly account?: { readonly accountId: string }
    readonly entities: {
      readonly AuthorizationCode?: Authentication
      readonly RefreshToken?: Authentication
      readonly RotatedRefreshToken?: { readonly remainingTTL: number }
      readonly IdTokenHint?: { readonly payload: { readonly sub?: string } }
    }
  }

  interface Context {
    readonly req: IncomingMessage
    readonly res: ServerResponse
    readonly method: string
    readonly path: string
    /** Undefined where no endpoint of the provider was asked. */
    readonly oidc?: OidcContext
    readonly cookies: { set(name: string, value: null, options?: object): void }
    status: number
    type: string
    body: unknown
    respond: boolean
    set(name: string, value: string): void
    accepts(...types: string[]): string | false
    redirect(url: string): void
  }

  interface Grant {
    addOIDCScope(scope: string): void
    addResourceScope(resource: string, scope: string): void
    save(): Promise<string>
  }

  interface Interaction {
    readonly params: Readonly<Record<string, unknown>>
    readonly prompt: { readonly name: string; readonly reasons: readonly string[] }
    readonly session?: { readonly accountId?: string }
  }

  const errors: { readonly InvalidTarget: new () => Error }

  class Provider {
    constructor(issuer: string, configuration: object)
    readonly issuer: string
    readonly Client: { find(id: unknown): Promise<Client | undefined> }
    readonly Grant: {
      new (owner: { readonly accountId: string; readonly clientId: string }): Grant
      readonly adapter: Adapter
    }
    readonly RefreshToken: { revokeByGrantId(grantId: string): Promise<void> }
    readonly AuthorizationCode: { revokeByGrantId(grantId: string): Promise<void> }
    cookieName(kind: 'session'): string
    use(middleware: (context: Context, next: () => Promise<void>) => Promise<void>): this
    callback(): RequestListener
    on(event: 'server_error', listener: (context: Context, error: Error) => void): this
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>
    interactionResult(
      request: IncomingMessage,
      response: ServerResponse,
      result: object,
      options: { readonly mergeWithLastSubmission: boolean },
    ): Promise<string>
  }
}
