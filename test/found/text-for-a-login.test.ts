// @vitest-environment node
import { describe, it } from 'vitest'
import { firstVisit } from '../browser.ts'
import { expectSignedOut } from '../outcome.ts'

describe('What is kept of a login', () => {
  it('B34 a text of four million characters in its place does not stop the page', async () => {
    const state = 'A'.repeat(43)
    const { auth, tab } = firstVisit({ url: `https://app.example.com/?code=x&state=${state}` })
    tab.sessionStorage.setItem(
      `latchkey login notes-spa https://login.example.com ${state}`,
      JSON.stringify({ value: 'a'.repeat(4_000_000), at: Date.now() }),
    )
    expectSignedOut(await auth.start(), 'callback_invalid')
  })
})
