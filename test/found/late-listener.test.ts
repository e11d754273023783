// @vitest-environment node
import { expect, it } from 'vitest'
import { signedIn } from '../browser.ts'

it('L07 a listener that another one has stopped hears nothing any more', async () => {
  const { auth } = await signedIn()
  const heard: string[] = []
  let stop = () => {}
  auth.subscribe(() => stop())
  stop = auth.subscribe((state) => heard.push(state.status))
  await auth.logout()
  expect(heard).toEqual([])
})
