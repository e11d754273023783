// @vitest-environment node
import { exportJWK } from 'jose'
import { type Algorithm, changes, signingKey } from 'latchkey/testing'
import { expect, it } from 'vitest'
import { backFromProvider } from '../browser.ts'

it.each<Algorithm>(['RS256', 'ES256', 'EdDSA'])(
  'E10 a published private key signs nobody in: everybody can sign with it (%s)',
  async (algorithm) => {
    const stage = await backFromProvider({ provider: { algorithm } })
    const { jwk, privateKey } = await signingKey(algorithm, `${algorithm}-1`)
    const published = { ...(await exportJWK(privateKey)), alg: jwk.alg, kid: jwk.kid, use: 'sig' }
    stage.provider.faults.jwks.always(changes(() => ({ keys: [published] })))
    expect(await stage.auth.start()).toMatchObject({ status: 'signed-out', reason: { code: 'token_invalid' } })
  },
)
