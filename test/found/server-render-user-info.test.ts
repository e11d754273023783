// @vitest-environment node
import { createAuth } from 'latchkey'
import { expect, it } from 'vitest'
import { refusal } from '../outcome.ts'

it('L09 userInfo() on a server says what authFetch() says there', async () => {
  const auth = createAuth({
    issuer: 'https://login.example.com',
    clientId: 'notes-spa',
    apis: [{ url: 'https://api.example.com/' }],
  })
  const other = await refusal(auth.authFetch('https://api.example.com/'))
  expect((await refusal(auth.userInfo())).code).toBe(other.code)
})
