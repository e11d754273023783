import { onScopeDispose, type ShallowRef, shallowRef } from 'vue'

/** What a demo's watcher has to say, as Vue likes it. */
export function watched<Value>({
  get,
  subscribe,
}: {
  get: () => Value
  subscribe: (listener: () => void) => () => void
}): Readonly<ShallowRef<Value>> {
  const value = shallowRef(get())
  onScopeDispose(
    subscribe(() => {
      value.value = get()
    }),
  )
  return value
}
