import type { Door, Thief } from './thief.ts'

/**
 * Runs in the page, so it brings along all it needs. Puts itself in the place of whatever a secret may pass through, and remembers
 * what goes in and what comes out.
 */
export function listenIn(): void {
  type Method = (this: unknown, ...values: unknown[]) => unknown
  type Methods = Record<string, unknown>

  const { apply, construct, ownKeys, get } = Reflect
  const { then } = Promise.prototype
  const addEventListener = EventTarget.prototype.addEventListener
  const decoder = new TextDecoder()
  const decode = decoder.decode.bind(decoder)
  const encode = btoa
  const heard: Record<string, Set<string>> = {}
  const doors = new Set<Door>()
  const workerUrls = new Set<string>()
  let isBusy = false
  let isDeaf = false

  /** What the thief does itself is not heard again. */
  const unheard = <Result>(step: () => Result): Result => {
    const before = isBusy
    isBusy = true
    try {
      return step()
    } finally {
      isBusy = before
    }
  }

  /** Whatever a thing can be read as, a few steps deep. */
  function textOf(value: unknown, depth: number): string {
    if (typeof value === 'string') return value
    if (typeof value !== 'object' || value === null || depth === 0) return ''
    // Those are looked at by themselves.
    if (value instanceof Window || value instanceof Node) return ''
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return textOfBytes(value)
    if (value instanceof Error) return `${value.message} ${value.stack} ${textOf(value.cause, depth - 1)}`
    if (value instanceof URL) return value.href
    if (value instanceof URLSearchParams) return value.toString()
    if (value instanceof Request) return `${value.url} ${value.referrer} ${textOf(value.headers, depth)}`
    if (value instanceof Response) return `${value.url} ${textOf(value.headers, depth)}`
    if (value instanceof MessageEvent) return textOf(value.data, depth - 1)
    let text = ''
    if (value instanceof Headers || value instanceof Map || value instanceof Set)
      for (const entry of value) text += ` ${textOf(entry, depth - 1)}`
    for (const key of ownKeys(value)) text += ` ${String(key)} ${textOf(get(value, key), depth - 1)}`
    return text
  }

  /** Bytes are text; or they are the random ones that a verifier is made of. */
  function textOfBytes(value: ArrayBuffer | ArrayBufferView): string {
    const bytes =
      value instanceof ArrayBuffer
        ? new Uint8Array(value)
        : new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    if (bytes.length > 100_000) return ''
    const base64url = encode(String.fromCharCode(...bytes.subarray(0, 10_000)))
    return `${decode(bytes)} ${base64url.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`
  }

  const keep = (place: string, value: unknown) =>
    unheard(() => {
      try {
        heard[place] ??= new Set()
        heard[place].add(textOf(value, 6))
      } catch {
        // A proxy that wants nobody to look, or bytes that are gone.
      }
    })

  const hear = (place: string, values: unknown) => {
    if (!isBusy && !isDeaf) keep(place, values)
  }

  const put = (owner: object, name: string, descriptor: PropertyDescriptor) => {
    const before = Object.getOwnPropertyDescriptor(owner, name)
    if (before) Object.defineProperty(owner, name, { ...before, ...descriptor })
  }

  const tap = (owner: object, place: string, names: readonly string[], meet: (owner: unknown) => void = () => {}) => {
    for (const name of names) {
      const method = (owner as Methods)[name] as Method | undefined
      if (!method) continue
      const tapped: Method = function (...values) {
        if (!isBusy) meet(this)
        hear(place, values)
        const result = apply(method, this, values)
        if (result instanceof Promise) apply(then, result, [(value: unknown) => hear(place, value), () => {}])
        else hear(place, result)
        return result
      }
      put(owner, name, { value: tapped })
    }
  }

  const tapConstructors = (
    place: string,
    names: readonly string[],
    meet: (values: readonly unknown[]) => void = () => {},
  ) => {
    for (const name of names) {
      const trap = {
        construct(target: Method, values: unknown[], newTarget: Method) {
          hear(place, values)
          meet(values)
          return construct(target, values, newTarget) as object
        },
      }
      const original = (window as unknown as Methods)[name] as Method
      put(window, name, { value: new Proxy(original, trap) })
    }
  }

  const meetDoor = (door: unknown) => {
    if (door instanceof MessagePort || door instanceof Worker) doors.add(door)
  }

  tapConstructors('network', ['Request', 'Headers', 'Response', 'URLSearchParams', 'XMLHttpRequest', 'URL'])
  tapConstructors('workers', ['Worker', 'SharedWorker'], ([url]) => workerUrls.add(String(url)))
  tap(window, 'network', ['fetch'])
  tap(XMLHttpRequest.prototype, 'network', ['open', 'send', 'setRequestHeader'])
  tap(Headers.prototype, 'network', ['set', 'append', 'get', 'has'])
  tap(URLSearchParams.prototype, 'network', ['set', 'append', 'get', 'getAll', 'has', 'toString'])
  for (const { prototype } of [Request, Response])
    tap(prototype, 'network', ['json', 'text', 'arrayBuffer', 'blob', 'clone'])
  tap(ReadableStreamDefaultReader.prototype, 'network', ['read'])
  tap(navigator, 'network', ['sendBeacon'])
  tap(JSON, 'language', ['parse', 'stringify'])
  tap(Array.prototype, 'language', ['push', 'join', 'map', 'filter'])
  tap(Object, 'language', ['assign', 'freeze', 'entries', 'fromEntries'])
  tap(Map.prototype, 'language', ['set', 'get'])
  tap(String.prototype, 'language', ['split', 'slice', 'replaceAll', 'startsWith', 'includes'])
  tap(RegExp.prototype, 'language', ['test', 'exec'])
  tap(window, 'language', ['atob', 'btoa', 'structuredClone'])
  tap(TextDecoder.prototype, 'language', ['decode'])
  tap(TextEncoder.prototype, 'language', ['encode'])
  tap(SubtleCrypto.prototype, 'cryptography', [
    'digest',
    'verify',
    'importKey',
    'encrypt',
    'decrypt',
    'sign',
    'exportKey',
    'generateKey',
  ])
  tap(Crypto.prototype, 'cryptography', ['getRandomValues', 'randomUUID'])
  tap(Storage.prototype, 'storage', ['getItem', 'setItem'])
  tap(IDBObjectStore.prototype, 'storage', ['put', 'add', 'get', 'getAll'])
  tap(History.prototype, 'address', ['replaceState', 'pushState'])
  tap(window, 'messages', ['postMessage'])
  tap(BroadcastChannel.prototype, 'messages', ['postMessage'])
  for (const { prototype } of [MessagePort, Worker]) tap(prototype, 'messages', ['postMessage'], meetDoor)

  // Whatever is waited for by name; what `await` waits for, no script hears.
  put(Promise.prototype, 'then', {
    value: function (this: Promise<unknown>, done: unknown, failed: unknown) {
      const listening = (step: unknown) =>
        typeof step === 'function'
          ? (value: unknown) => {
              hear('promises', value)
              return step(value)
            }
          : step
      return apply(then, this, [listening(done), listening(failed)])
    },
  })

  // Read by everybody who listens, in whatever way.
  const data = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data')
  put(MessageEvent.prototype, 'data', {
    get() {
      const value: unknown = apply(data?.get as Method, this, [])
      hear('messages', value)
      return value
    },
  })
  for (const { prototype } of [MessagePort, Worker]) {
    const onmessage = Object.getOwnPropertyDescriptor(prototype, 'onmessage')
    put(prototype, 'onmessage', {
      set(this: Door, listener: unknown) {
        if (!isBusy) meetDoor(this)
        apply(addEventListener, this, ['message', (event: MessageEvent) => hear('messages', event)])
        apply(onmessage?.set as Method, this, [listener])
      },
    })
  }

  const thief: Omit<Thief, 'look' | 'knock' | 'beg' | 'pleas'> = {
    keep,
    doors,
    workerUrls,
    unheard,
    stop() {
      isDeaf = true
    },
    search: (secrets) =>
      unheard(() => {
        const found: Record<string, string[]> = {}
        for (const [kind, values] of Object.entries(secrets)) {
          const places = Object.keys(heard).filter((place) =>
            [...(heard[place] ?? [])].some((text) =>
              values.some((value) => text.includes(value) || text.includes(encodeURIComponent(value))),
            ),
          )
          if (places.length) found[kind] = places.sort()
        }
        return found
      }),
  }
  unheard(() => Object.assign(window, { thief }))
}
