/** What goes on in a page or worker in real time, however short it is: cryptography, the reading of bodies and of the database. */
export interface Tasks {
  /** Goes up with everything that begins or ends: what comes of an end may be something that nobody counts. */
  readonly steps: () => number
  readonly step: () => void
  /** What is begun and not finished. */
  readonly working: () => readonly string[]
  readonly work: <Done>(name: string, task: Promise<Done>) => Promise<Done>
}

/** Needs nothing around it, as `installVirtualTime`. To be called before `watchListeners`, which is not to count these. */
export function watchTasks(): Tasks {
  let steps = 0
  const working: string[] = []
  const { addEventListener } = EventTarget.prototype

  const work = <Done>(name: string, task: Promise<Done>) => {
    steps += 1
    working.push(name)
    const end = () => {
      steps += 1
      working.splice(working.indexOf(name), 1)
    }
    task.then(end, end)
    return task
  }
  const subtle = crypto.subtle as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>
  for (const name of ['digest', 'sign', 'verify', 'importKey', 'generateKey', 'encrypt', 'decrypt']) {
    const original = subtle[name]?.bind(crypto.subtle)
    if (original)
      Object.defineProperty(subtle, name, { value: (...given: unknown[]) => work(name, original(...given)) })
  }
  for (const name of ['text', 'json', 'arrayBuffer', 'blob'] as const) {
    const original = Response.prototype[name] as () => Promise<unknown>
    Object.defineProperty(Response.prototype, name, {
      value(this: Response) {
        return work(name, original.call(this))
      },
    })
  }
  const { read } = ReadableStreamDefaultReader.prototype
  ReadableStreamDefaultReader.prototype.read = function () {
    return work('read', read.call(this))
  }
  const settled = (name: string, of: EventTarget, ...events: string[]) =>
    void work(
      name,
      new Promise<void>((resolve) => {
        for (const event of events) addEventListener.call(of, event, () => resolve(), { once: true })
      }),
    )
  const { open } = IDBFactory.prototype
  IDBFactory.prototype.open = function (...given) {
    const request = open.apply(this, given)
    settled('open', request, 'success', 'error')
    return request
  }
  const { transaction } = IDBDatabase.prototype
  IDBDatabase.prototype.transaction = function (...given) {
    const begun = transaction.apply(this, given)
    settled('transaction', begun, 'complete', 'abort', 'error')
    return begun
  }

  return {
    steps: () => steps,
    step() {
      steps += 1
    },
    working: () => [...working],
    work,
  }
}
