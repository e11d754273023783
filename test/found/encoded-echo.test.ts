// @vitest-environment node
import { answers } from 'latchkey/testing'
import { expect, it } from 'vitest'
import { backWith } from '../browser.ts'
import { reasonOf } from '../outcome.ts'

const CODE = 'a!b*c+d(e)/f'

it.each([encodeURIComponent(CODE), new URLSearchParams([['', CODE]]).toString().slice(1)])(
  'C19 a code that the provider repeats in its encoding is not told: %s',
  async (echo) => {
    const stage = await backWith((url) => url.searchParams.set('code', CODE))
    stage.provider.faults.token.once(answers(400, { error: 'invalid_grant', error_description: `Bad code=${echo}.` }))
    expect(reasonOf(await stage.auth.start()).provider?.description).not.toContain(echo)
  },
)
