// @vitest-environment node
import { describe, it } from 'vitest'
import { firstVisit } from '../browser.ts'
import { expectRefusal } from '../outcome.ts'

const metadata = (issuer: string) => ({
  issuer,
  authorization_endpoint: 'https://login.example.com/authorize',
  token_endpoint: 'https://login.example.com/token',
  jwks_uri: 'https://login.example.com/jwks',
})

describe('Metadata given by hand', () => {
  it.each(['https://evil.example', 'https://login.example.com/'])(
    'F01, F13 that names another issuer (%s) is refused as it would be if fetched',
    async (issuer) => {
      const stage = firstVisit()
      await expectRefusal(
        () => void stage.tab.createAuth({ ...stage.options, metadata: metadata(issuer) }),
        'configuration',
      )
    },
  )
})
