// @vitest-environment node
import { expect, it } from 'vitest'
import { signedIn } from './browser.ts'

it('start() called again after a logout does not answer that somebody is signed in', async () => {
  const { auth } = await signedIn()
  await auth.logout()
  expect(await auth.start()).toEqual({ status: 'signed-out' })
})
