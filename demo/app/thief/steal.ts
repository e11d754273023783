import type { Home } from '../auth/home.ts'
import { askSharedWorker, begAt } from './ask-worker.ts'
import { type Listening, listenIn, type Overheard } from './listen-in.ts'
import { readDatabases, readStorage, walkObjects } from './look-around.ts'
import { type Secret, secretsIn } from './recognise.ts'

/** One place where the thief was, and what was to be had there. */
export interface Find {
  readonly place: string
  readonly secrets: readonly Secret[]
  /** How far it looked. */
  readonly note: string
}

export interface Loot {
  readonly finds: readonly Find[]
  /** Everything it could carry off. */
  readonly secrets: readonly Secret[]
  /** Whether it could send a request in the person's name while the page is open. */
  readonly requestSent: boolean
}

const A_WHILE = 500

interface Victim {
  /** Where the thief was here before the app. */
  readonly listening: Listening | undefined
  readonly api: string
  readonly renew: () => Promise<void>
  readonly call: () => Promise<void>
}

/**
 * What a script that got into the page could do, done for show: what is found is named and dropped, and goes nowhere. While the thief
 * listens, `renew` has the app refresh its token and call its API, and `call` calls it again.
 */
export async function steal(home: Home, { listening = listenIn(), api, renew, call }: Victim): Promise<Loot> {
  const reach = walkObjects()
  let begged = 0
  let heard: Overheard
  try {
    await renew()
    for (const door of [...listening.doors]) begged += begAt(door)
    await new Promise((resolve) => setTimeout(resolve, A_WHILE))
    await call()
  } finally {
    heard = listening.stop()
  }
  const answer = home === 'shared-worker' ? await askSharedWorker() : undefined
  const used = await reach.authFetch?.(new URL('/notes', api)).catch(() => undefined)
  const finds: Find[] = [
    { place: 'Every object in reach', secrets: [...reach.secrets], note: `${count(reach.objects)} objects` },
    { place: 'Storage, cookies, history', secrets: readStorage(), note: 'local and session storage' },
    { place: 'IndexedDB and caches', secrets: await readDatabases(), note: 'every record' },
    { place: 'Network functions, replaced', secrets: [...heard.network], note: 'fetch, JSON …' },
    { place: 'Messages, overheard', secrets: [...heard.messages], note: `${count(heard.messageCount)} read` },
  ]
  if (begged > 0)
    finds.push({ place: 'Begging through the app’s own door', secrets: [...heard.messages], note: `${begged} pleas` })
  if (answer) finds.push({ place: 'Asking the shared worker', secrets: secretsIn(answer), note: wordsFor(answer) })
  return { finds, secrets: [...new Set(finds.flatMap(({ secrets }) => secrets))], requestSent: used?.ok ?? false }
}

const count = (number: number) => number.toLocaleString('en')

const wordsFor = (answer: string) => (answer.startsWith('refused') ? answer : 'answered')
