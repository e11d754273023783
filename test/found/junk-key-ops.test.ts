// @vitest-environment node
import { expect, it } from 'vitest'
import { backFromProvider } from '../browser.ts'

it.each([{ includes: 1 }, 42, 'verify', null, [], {}])(
  'E06 A junk key with key_ops %j hides no right key',
  async (key_ops) => {
    const { auth, provider } = await backFromProvider()
    provider.keys.publish({ kty: 'RSA', kid: 'RS256-1', key_ops })
    expect((await auth.start()).status).toBe('signed-in')
  },
)
