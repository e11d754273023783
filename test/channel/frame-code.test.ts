// @vitest-environment node
import { AuthError } from 'latchkey'
import { expect, it } from 'vitest'
import { refusal } from '../outcome.ts'
import { connected, openPage, stage } from './line.ts'

// Offline, or a new build has replaced the files of this one: `loaded` rejects with `network`.
it('K05 a page that cannot load what opens a frame says nothing of who is signed in', async () => {
  const { line, pages } = stage()
  const page = openPage()
  page.frameEnds = () => Promise.reject(new AuthError('network', 'A file does not load.'))
  await connected(line(), page)
  const asked = pages().frame('https://login.example.com/authorize', 10_000, new AbortController().signal)
  expect((await refusal(asked)).code).not.toBe('login_required')
})
