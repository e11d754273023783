import type { Door } from './thief.ts'

/** Runs in the page, so it brings along all it needs. Speaks to the worker, through the app's own door or one of its own. */
export function talk(): void {
  const A_WHILE = 2_000
  const { thief } = window
  const { keep } = thief
  // No call of the app waits under these.
  let lastId = 1_000_000_000

  const policy = (
    window as unknown as {
      trustedTypes?: { createPolicy: (name: string, rules: object) => { createScriptURL: (url: string) => string } }
    }
  ).trustedTypes?.createPolicy('thief', { createScriptURL: (url: string) => url })
  const trusted = (url: string) => policy?.createScriptURL(url) ?? url

  /** The URL of the app's worker stands in the app's own scripts. */
  async function workerUrl(): Promise<string> {
    const [known] = thief.workerUrls
    if (known) return known
    for (const { name } of performance.getEntriesByType('resource')) {
      const text = name.endsWith('.js') ? await (await fetch(name)).text() : ''
      const [path] = /\/assets\/auth\.worker[\w.-]+\.js/.exec(text) ?? []
      if (path) return path
    }
    throw new Error('The app has no worker.')
  }

  thief.knock = async () => {
    // What a test says in the worker's name, an app has in its source.
    const { waitForLogin: _, ...told } = window.harnessOptions
    const options = { type: 'module', extendedLifetime: true, name: JSON.stringify(told) } as const
    const { port } = new SharedWorker(trusted(await workerUrl()), options)
    port.start()
    thief.unheard(() => port.postMessage({ id: 1, name: 'hello', argument: 1, mark: undefined }))
    const { data } = await new Promise<MessageEvent>((resolve) =>
      port.addEventListener('message', (event) => event.data.id === 1 && resolve(event)),
    )
    keep('answers', data)
    return port
  }

  thief.beg = async (door: Door, messages) => {
    // However slow the machine is: silence is what is left when nothing has come for a while after the last answer.
    let giveUp = () => {}
    const silence = new Promise<string>((resolve) => {
      giveUp = () => resolve('silence')
    })
    let quiet: ReturnType<typeof setTimeout> | undefined
    door.addEventListener('message', () => {
      clearTimeout(quiet)
      quiet = setTimeout(giveUp, A_WHILE)
    })
    const outcomes = Object.entries(messages).map(async ([label, message]) => {
      lastId += 1
      const id = lastId
      const answer = new Promise<string>((resolve) => {
        door.addEventListener('message', (event) => {
          const { data } = event as MessageEvent
          keep('answers', data)
          if (data.id === id) resolve(data.error ? (data.error.code ?? 'refused') : 'answered')
        })
      })
      try {
        const isCall = typeof message === 'object' && message !== null && 'name' in message
        thief.unheard(() => door.postMessage(isCall ? { id, ...message } : message))
      } catch {
        return [label, 'not cloneable'] as const
      }
      return [label, await Promise.race([answer, silence])] as const
    })
    return Object.fromEntries(await Promise.all(outcomes))
  }
}
