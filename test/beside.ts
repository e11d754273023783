import { expect } from 'vitest'
import { inAnotherTab, returning, type Stage } from './browser.ts'

/** Another tab of the same browser, with a session of its own: who is known to the provider signs in there. */
export async function signedInBeside(stage: Stage): Promise<Stage> {
  const other = inAnotherTab(stage)
  await other.auth.start()
  await other.auth.login()
  const back = await returning(other)
  expect(await back.auth.start()).toMatchObject({ status: 'signed-in' })
  return back
}

/** Another tab of the same browser that finds the session of all of them. */
export async function joining(stage: Stage): Promise<Stage> {
  const other = inAnotherTab(stage)
  expect(await other.auth.start()).toMatchObject({ status: 'signed-in' })
  return other
}
