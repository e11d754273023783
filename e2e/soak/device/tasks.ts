/** What goes on in a page or worker in real time, however short it is: cryptography, the reading of bodies and of the database. */
export interface Tasks {
  /** Goes up with everything that begins or ends: what comes of an end may be something that nobody counts. */
  readonly steps: () => number
  readonly step: () => void
  /** How much is begun and not finished. */
  readonly working: () => number
  readonly work: <Done>(task: Promise<Done>) => Promise<Done>
}

/** Needs nothing around it, as `installVirtualTime`. To be called before `watchListeners`, which is not to count these. */
export function watchTasks(): Tasks {
  let steps = 0
  let working = 0
  const { addEventListener } = EventTarget.prototype

  const work = <Done>(task: Promise<Done>) => {
    steps += 1
    working += 1
    const end = () => {
      steps += 1
      working -= 1
    }
    task.then(end, end)
    return task
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
    steps: () => steps,
    step() {
      steps += 1
    },
    working: () => working,
    work,
  }
}
