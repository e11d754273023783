// @vitest-environment node
import { expect, it } from 'vitest'
import { createSessionMark } from '../src/vault/session-mark.ts'

/** What all tabs can read and write. */
function sharedText() {
  let text = ''
  return {
    read: () => text,
    write(next: string) {
      text = next
    },
    onChange() {},
  }
}

// Tabs that a browser has restored, each of which sends itself to the provider: they come back in the same moment.
it('J09 two tabs in which the same person signs in at the same time: neither takes the other for a sign-out', async () => {
  const text = sharedText()
  const [one, other] = [createSessionMark(text), createSessionMark(text)]
  await Promise.all([one.join('ada'), other.join('ada')])
  expect([one.isOver(), other.isOver()]).toEqual([false, false])
})

it('J09 nor after a logout', async () => {
  const text = sharedText()
  createSessionMark(text).end()
  const [one, other] = [createSessionMark(text), createSessionMark(text)]
  await Promise.all([one.join('ada'), other.join('ada')])
  expect([one.isOver(), other.isOver()]).toEqual([false, false])
})
