// @vitest-environment node
import { expect, it } from 'vitest'
import { backFromProvider } from '../browser.ts'

it.each([[['JWT']], [[['jwt']]]])('D37 an ID token of typ %j, which is no text, is refused', async (typ) => {
  const stage = await backFromProvider()
  stage.provider.idToken.always({ header: (header) => ({ ...header, typ }) })
  expect(await stage.auth.start()).toMatchObject({ status: 'signed-out', reason: { code: 'token_invalid' } })
})
