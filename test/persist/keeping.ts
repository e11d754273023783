import { keepIn } from 'latchkey/persist'
import { expect } from 'vitest'
import { inAnotherTab, reloaded, type Script, type Stage, signedIn } from '../browser.ts'
import { refreshesAt } from '../refreshing.ts'
import { type MemoryStore, memoryStore } from './memory-store.ts'

export const NAME = '1 notes-spa https://login.example.com'

export interface Keeping extends Stage {
  readonly store: MemoryStore
}

/** The page of somebody who has signed in, and whose session is kept. */
export async function keptSession(script: Script = {}, store = memoryStore()): Promise<Keeping> {
  const stage = await signedIn({ ...script, options: { keepSession: keepIn(store), ...script.options } })
  return { ...stage, store }
}

/** What the session is kept as, for whoever holds the key. */
export const keptIn = ({ store }: Keeping): Record<string, unknown> & { tokens: Record<string, unknown> } =>
  JSON.parse(store.kept.get(NAME) ?? '{}')

export function change(stage: Keeping, how: (kept: ReturnType<typeof keptIn>) => unknown): void {
  const kept = keptIn(stage)
  how(kept)
  stage.store.kept.set(NAME, JSON.stringify(kept))
}

/** Another tab, which finds the session. */
export async function beside(stage: Keeping): Promise<Keeping> {
  const other = inAnotherTab(stage)
  expect(await other.auth.start()).toMatchObject({ status: 'signed-in' })
  return { ...other, store: stage.store }
}

export async function afterReload(stage: Keeping): Promise<Keeping> {
  stage.tab.focus()
  const next = reloaded(stage)
  await next.auth.start()
  return { ...next, store: stage.store }
}

/** What must hold whatever happens: no refresh token is shown to the provider a second time. */
export function expectNoTokenTwice(stage: Stage): void {
  const spent = refreshesAt(stage).map(({ form }) => form.get('refresh_token'))
  expect(new Set(spent).size).toBe(spent.length)
  expect(stage.provider.reuses()).toBe(0)
}

/** The provider knows who is signed in, in a frame too. */
export const withFrames = ({ tab, provider }: Stage): void => {
  tab.frame = (url) => provider.visit(url)
}
