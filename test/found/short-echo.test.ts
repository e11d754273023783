// @vitest-environment node
import { answers } from 'latchkey/testing'
import { expect, it } from 'vitest'
import { backWith } from '../browser.ts'
import { writings } from '../leaks.ts'
import { reasonOf } from '../outcome.ts'

// Codes as providers mint them: the first is shorter than what looks secret by its length, the others have signs between.
const CODES = ['SplxlOBeZQQYbY', '4uth!c0de*9a8b$7c6d!5e4f', 'M.C546_BAY.2!aaaa*bbbb|cccc:dddd', 'one two three four']

it.each(CODES)('C19 An echoed code is not repeated, however it is spelt: %s', async (code) => {
  const { auth, provider } = await backWith((url) => url.searchParams.set('code', code))
  provider.faults.token.always(answers(400, { error: 'invalid_grant', error_description: `Code ${code} is used up` }))
  const reason = reasonOf(await auth.start())
  expect(writings(reason).filter((text) => text.includes(code))).toEqual([])
  expect(reason.provider?.description).toMatch(/^Code .*is used up$/)
})

it('C19 A secret at the end of a long description is not cut into a piece that is told', async () => {
  const code = `code-${'k'.repeat(60)}`
  const { auth, provider } = await backWith((url) => url.searchParams.set('code', code))
  const error_description = `${'la '.repeat(95)}${code}`
  provider.faults.token.always(answers(400, { error: 'invalid_grant', error_description }))
  expect(reasonOf(await auth.start()).provider?.description).not.toContain('code-k')
})
