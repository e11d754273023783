/** What storage answers; `undefined` where it is blocked, or full. */
export function inStorage<Answer>(storage: () => Storage, ask: (storage: Storage) => Answer): Answer | undefined {
  try {
    return ask(storage())
  } catch {
    return undefined
  }
}
