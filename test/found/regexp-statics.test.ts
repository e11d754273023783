// @vitest-environment node
import { signingKey, type Tampering } from 'latchkey/testing'
import { expect, it } from 'vitest'
import { backFromProvider } from '../browser.ts'
import { leaksIn } from '../leaks.ts'
import { expectSignedOut } from '../outcome.ts'

/** What any script of the page can read of the last match of any regular expression, whoever made it. */
const lastMatch = () => {
  const { input, lastMatch, leftContext, rightContext } = RegExp as unknown as Record<string, string>
  return { input, lastMatch, leftContext, rightContext }
}

it.each<[string, () => Tampering | Promise<Tampering>]>([
  ['from tomorrow', () => ({ claims: (claims) => ({ ...claims, iat: Number(claims.iat) + 86_400 }) })],
  ['of an algorithm that is not advertised', async () => ({ signWith: await signingKey('ES256', 'es') })],
])('I07 an ID token %s that was refused is not left in RegExp.lastMatch', async (_, tampering) => {
  const stage = await backFromProvider()
  stage.provider.idToken.always(await tampering())
  const state = await stage.auth.start()
  const left = lastMatch()
  expectSignedOut(state, 'token_invalid')
  expect(
    leaksIn(
      left,
      stage.provider.secrets.filter((secret) => secret.startsWith('ey')),
    ),
  ).toEqual([])
})
