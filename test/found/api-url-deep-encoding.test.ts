// @vitest-environment node
import { expect, it } from 'vitest'
import { signedIn } from '../browser.ts'
import { expectRefusal } from '../outcome.ts'

it.each([
  '%25252e%25252e%25252fadmin',
  '%2525252e%2525252e/admin',
  '..%25255cadmin',
  '%25%32%65%25%32%65/admin',
  '%252%65%252%65/admin',
  '%%32e%%32e/admin',
  '..%%32fadmin',
])('H09 a dot segment that is encoded in layers is refused: %s', async (path) => {
  const stage = await signedIn({ options: { apis: [{ url: 'https://api.example.com/api' }] } })
  await expectRefusal(stage.auth.authFetch(`https://api.example.com/api/${path}`), 'api_not_allowed')
  expect(stage.provider.requestsTo('api')).toEqual([])
})
