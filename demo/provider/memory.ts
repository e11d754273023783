import type { Adapter, StoredValue } from 'oidc-provider'

interface Entry {
  readonly value: StoredValue
  readonly expiresAt: number
}

/** Everything the provider has to remember, until the process ends. One adapter per kind of thing. */
export function createMemory(): (kind: string) => Adapter {
  return () => {
    const entries = new Map<string, Entry>()
    const valid = ({ expiresAt }: Entry) => expiresAt > Date.now()
    const where = (matches: (value: StoredValue) => boolean) =>
      [...entries].filter(([, entry]) => valid(entry) && matches(entry.value))

    return {
      async upsert(id, value, seconds = Number.POSITIVE_INFINITY) {
        for (const [old, entry] of entries) if (!valid(entry)) entries.delete(old)
        entries.set(id, { value, expiresAt: Date.now() + seconds * 1000 })
      },
      async find(id) {
        const entry = entries.get(id)
        return entry && valid(entry) ? entry.value : undefined
      },
      async findByUid(uid) {
        return where((value) => value.uid === uid)[0]?.[1].value
      },
      async findByUserCode(userCode) {
        return where((value) => value.userCode === userCode)[0]?.[1].value
      },
      async consume(id) {
        const entry = entries.get(id)
        if (entry) entry.value.consumed = Math.floor(Date.now() / 1000)
      },
      async destroy(id) {
        entries.delete(id)
      },
      async revokeByGrantId(grantId) {
        for (const [id] of where((value) => value.grantId === grantId)) entries.delete(id)
      },
    }
  }
}
