const OF_WINDOWS = [
  'window',
  'document',
  'history',
  'sessionStorage',
  'localStorage',
  'self',
  'onconnect',
  'addEventListener',
]

/** Runs a worker's script, without what only a page has and with what only a worker has. */
export function inWorkerGlobals(globals: Record<string, unknown>, script: () => void): void {
  const before = new Map<string, PropertyDescriptor | undefined>()
  const all: Record<string, unknown> = { location: new URL('https://app.example.com/auth.worker.js'), ...globals }
  for (const name of [...OF_WINDOWS, ...Object.keys(all)]) {
    if (!before.has(name)) before.set(name, Object.getOwnPropertyDescriptor(globalThis, name))
    Reflect.deleteProperty(globalThis, name)
    if (name in all) Object.defineProperty(globalThis, name, { value: all[name], configurable: true, writable: true })
  }
  try {
    script()
  } finally {
    for (const [name, descriptor] of before) {
      Reflect.deleteProperty(globalThis, name)
      if (descriptor) Object.defineProperty(globalThis, name, descriptor)
    }
  }
}
