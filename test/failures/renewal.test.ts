// @vitest-environment node
import { describe, it } from 'vitest'
import { signedIn } from '../browser.ts'
import { HOMES } from '../homes/home.ts'
import { playRenewal } from './renewal.ts'
import { ROWS } from './table.ts'

describe.each(HOMES)('%s: what goes wrong when tokens are renewed', (home) => {
  for (const { G, name, refresh, said } of ROWS)
    it(`${G} with the refresh token, ${name}: ${refresh}`, async () => {
      await playRenewal(await signedIn({ home }), { name, word: refresh, said, at: 'token' })
    })

  for (const { E, name, newKeys } of ROWS)
    it(`${E} with keys that are new, ${name}: ${newKeys}`, async () => {
      const stage = await signedIn({ home })
      await stage.provider.keys.rotate()
      await playRenewal(stage, { name, word: newKeys, at: 'jwks' })
    })
})
