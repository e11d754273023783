// @vitest-environment node
import { changes } from 'latchkey/testing'
import { expect, it } from 'vitest'
import { backFromProvider } from '../browser.ts'

it.each(['RS256', 'ES256', 'ECDH-ES', ['EdDSA'], null])(
  'E10 an Ed25519 key that says it is for the alg %j verifies no EdDSA signature',
  async (alg) => {
    const stage = await backFromProvider({ provider: { algorithm: 'EdDSA' } })
    const meantFor = (set: Record<string, unknown>) => ({
      keys: (set.keys as object[]).map((key) => ({ ...key, alg })),
    })
    stage.provider.faults.jwks.always(changes(meantFor))
    expect(await stage.auth.start()).toMatchObject({ status: 'signed-out', reason: { code: 'token_invalid' } })
  },
)
