import type { Listening } from './listen-in.ts'

const KEY = 'notes thief'

/** Loads this page again, with the thief in it before the app. */
export function letInFirst(): void {
  sessionStorage.setItem(KEY, 'first')
  location.reload()
}

/** To be called before Latchkey is loaded. */
export async function listenFirst(): Promise<Listening | undefined> {
  if (!sessionStorage.getItem(KEY)) return undefined
  sessionStorage.removeItem(KEY)
  return (await import('./listen-in.ts')).listenIn()
}
