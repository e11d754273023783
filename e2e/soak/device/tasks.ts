/** What goes on in a page or worker in real time, however short it is: cryptography, the reading of bodies and of the database. */
export interface Tasks {
  /** Goes up with everything that is begun. */
  readonly begun: () => number
  readonly begin: () => void
  /** How much is begun and not finished. */
  readonly working: () => number
  readonly work: <Done>(step: Promise<Done>) => Promise<Done>
}

/** Needs nothing around it, as `installVirtualTime`. To be called before `watchListeners`, which is not to count these. */
export function watchTasks(): Tasks {
  let begun = 0
  let working = 0
  const { addEventListener } = EventTarget.prototype

  const work = <Done>(step: Promise<Done>) => {
    begun += 1
    working += 1
    const end = () => {
      working -= 1
    }
    step.then(end, end)
    return step
  }
  const subtle = crypto.subtle as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>
  for (const name of ['digest', 'sign', 'verify', 'importKey', 'generateKey', 'encrypt', 'decrypt']) {
    const original = subtle[name]?.bind(crypto.subtle)
    if (original) Object.defineProperty(subtle, name, { value: (...given: unknown[]) => work(original(...given)) })
  }
  for (const name of ['text', 'json', 'arrayBuffer', 'blob'] as const) {
    const original = Response.prototype[name] as () => Promise<unknown>
    Object.defineProperty(Response.prototype, name, {
      value(this: Response) {
        return work(original.call(this))
      },
    })
  }
  const { read } = ReadableStreamDefaultReader.prototype
  ReadableStreamDefaultReader.prototype.read = function () {
    return work(read.call(this))
  }
  const settled = (of: EventTarget, ...names: string[]) =>
    void work(
      new Promise<void>((resolve) => {
        for (const name of names) addEventListener.call(of, name, () => resolve(), { once: true })
      }),
    )
  const { open } = IDBFactory.prototype
  IDBFactory.prototype.open = function (...given) {
    const request = open.apply(this, given)
    settled(request, 'success', 'error')
    return request
  }
  const { transaction } = IDBDatabase.prototype
  IDBDatabase.prototype.transaction = function (...given) {
    const begun = transaction.apply(this, given)
    settled(begun, 'complete', 'abort', 'error')
    return begun
  }

  return {
    begun: () => begun,
    begin() {
      begun += 1
    },
    working: () => working,
    work,
  }
}
