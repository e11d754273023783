import type { Context } from 'oidc-provider'

const KEPT = 1000

/** One request to a protocol endpoint: what was asked for and what came of it, nothing that could be used again. */
export interface LogEntry {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly method: string
  readonly path: string
  readonly status: number
  readonly grant_type?: string
  readonly client_id?: string
  readonly sub?: string
  readonly error?: string
}

export type ProtocolLog = ReturnType<typeof createProtocolLog>

export function createProtocolLog() {
  let entries: readonly LogEntry[] = []
  return {
    /** Oldest first. */
    entries: () => entries,
    clear() {
      entries = []
    },
    async write(context: Context, next: () => Promise<void>) {
      const time = Date.now()
      await next()
      if (context.method === 'OPTIONS') return
      const { oidc } = context
      entries = [
        ...entries,
        {
          time,
          method: context.method,
          path: withoutInteraction(context.path),
          status: context.status,
          ...word('grant_type', oidc?.params?.grant_type),
          ...word('client_id', oidc?.client?.clientId),
          ...word('sub', oidc?.account?.accountId),
          ...word('error', errorIn(context.body)),
        },
      ].slice(-KEPT)
    },
  }
}

/** The id of a sign-in under way is nobody else's business. */
function withoutInteraction(path: string): string {
  return path.replace(/^\/(auth|interaction)\/.+/, '/$1/…')
}

function errorIn(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined
}

/** What the caller made up is kept out: words of the protocol are short. */
function word<Name extends string>(name: Name, value: unknown): { readonly [key in Name]?: string } {
  return typeof value === 'string' && /^[\w:.-]{1,60}$/.test(value) ? ({ [name]: value } as Record<Name, string>) : {}
}
