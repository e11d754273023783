import type { IncomingMessage } from 'node:http'
import { HttpError } from '../http/http-error.ts'
import { readJson } from '../http/read-body.ts'
import type { AccessToken } from './access-token.ts'
import type { Demand } from './guard.ts'
import type { Notebooks } from './notes.ts'

interface Answer {
  readonly status: number
  readonly body?: unknown
}

interface Operation extends Demand {
  answer(token: AccessToken, request: IncomingMessage, id: string): Answer | Promise<Answer>
}

/** Its operations by method. */
type Resource = Readonly<Record<string, Operation>>

const LONGEST_NOTE = 500
const ONE_MINUTE = 60
/** What the provider calls a sign-in that somebody has typed a password for. */
const PASSWORD = 'urn:demo-id:password'

export function createResources(notebooks: Notebooks) {
  const me: Resource = {
    GET: {
      answer: ({ subject, clientId, scopes, expiresAt, authTime }) => ({
        status: 200,
        body: { sub: subject, client_id: clientId, scope: scopes.join(' '), exp: expiresAt, auth_time: authTime },
      }),
    },
  }
  const notes: Resource = {
    GET: {
      scope: 'notes:read',
      answer: ({ subject }) => ({ status: 200, body: notebooks.list(subject) }),
    },
    POST: {
      scope: 'notes:write',
      async answer({ subject }, request) {
        const { text } = await readJson(request)
        return { status: 201, body: notebooks.add(subject, checked(text)) }
      },
    },
    DELETE: {
      scope: 'notes:write',
      acr: PASSWORD,
      maxAge: ONE_MINUTE,
      answer({ subject }) {
        notebooks.removeAll(subject)
        return { status: 204 }
      },
    },
  }
  const note: Resource = {
    DELETE: {
      scope: 'notes:write',
      answer({ subject }, _request, id) {
        if (!notebooks.remove(subject, id)) throw new HttpError(404, 'There is no such note.', {}, 'not_found')
        return { status: 204 }
      },
    },
  }

  /** What `method` does at `path`, and to which one. */
  return (method: string, path: string): { readonly operation: Operation; readonly id: string } => {
    const [, id = ''] = /^\/notes\/([\w-]+)$/.exec(path) ?? []
    const resource = path === '/me' ? me : path === '/notes' ? notes : id !== '' ? note : undefined
    if (!resource) throw new HttpError(404, 'There is nothing here.', {}, 'not_found')
    const operation = Object.hasOwn(resource, method) ? resource[method] : undefined
    if (operation) return { operation, id }
    const headers = { Allow: Object.keys(resource).join(', ') }
    throw new HttpError(405, 'That cannot be done here.', headers, 'method_not_allowed')
  }
}

function checked(text: unknown): string {
  const line = typeof text === 'string' ? text.trim() : ''
  if (line === '' || line.length > LONGEST_NOTE) {
    throw new HttpError(400, `"text" must be 1 to ${LONGEST_NOTE} characters.`)
  }
  return line
}
