// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { challengeOf, createWorld, type World } from './api-world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld()
})

afterEach(() => world.close())

describe('M20: the metadata', () => {
  const METADATA = '.well-known/oauth-protected-resource'

  it('M20 describes itself, and itself alone', async () => {
    const response = await world.ask(`/${METADATA}`)
    expect(response.headers.get('Content-Type')).toBe('application/json')
    expect(await response.json()).toEqual({
      resource: world.api.url,
      resource_name: 'Notes',
      authorization_servers: [world.issuer],
      scopes_supported: ['notes:read', 'notes:write'],
      bearer_methods_supported: ['header'],
      dpop_signing_alg_values_supported: ['ES256', 'Ed25519', 'EdDSA', 'PS256', 'RS256'],
      dpop_bound_access_tokens_required: false,
    })
  })

  it('M20 is who it is, whatever the Host header says', async () => {
    const { status, body } = await world.askWithLines({ Host: 'evil.example' }, `/${METADATA}`)
    expect(status).toBe(200)
    expect(JSON.parse(body).resource).toBe(world.api.url)
  })

  it('M20 names the identifier that tokens must name', async () => {
    const { resource } = (await (await world.ask(`/${METADATA}`)).json()) as { resource: string }
    expect((await world.askWith(await world.token({ claims: { aud: resource } }))).status).toBe(200)
  })

  it('M20 is where the challenge says', async () => {
    const [, url = ''] = /resource_metadata="([^"]+)"/.exec(challengeOf(await world.ask('/notes'))) ?? []
    expect(await (await fetch(url)).json()).toMatchObject({ resource: world.api.url })
  })
})
