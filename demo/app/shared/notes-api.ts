import type { Auth } from 'latchkey'

export interface Note {
  readonly id: string
  readonly text: string
  /** ISO 8601. */
  readonly createdAt: string
}

/** The API answered, and it was no. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal'

  constructor(readonly status: number) {
    super(`The notes API answered ${status}.`)
  }
}

/** What a person can do with notes. Knows no token: that is `authFetch`'s part. */
export function notesApi(api: string, authFetch: Auth['authFetch']) {
  const ask = async (path: string, init?: RequestInit) => {
    const response = await authFetch(new URL(path, api), init)
    if (!response.ok) throw new ApiRefusal(response.status)
    return response
  }
  return {
    list: async (signal?: AbortSignal) => {
      const notes = (await (await ask('/notes', { signal: signal ?? null })).json()) as readonly Note[]
      return [...notes].sort(newestFirst)
    },
    add: async (text: string) =>
      (await (
        await ask('/notes', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ text }),
        })
      ).json()) as Note,
    remove: async (id: string) => void (await ask(`/notes/${encodeURIComponent(id)}`, { method: 'DELETE' })),
    removeAll: async () => void (await ask('/notes', { method: 'DELETE' })),
  }
}

function newestFirst(one: Note, other: Note): number {
  return other.createdAt.localeCompare(one.createdAt)
}
