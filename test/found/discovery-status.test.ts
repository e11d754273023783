// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { firstVisit } from '../browser.ts'
import { refusal } from '../outcome.ts'

describe('A discovery document', () => {
  it.each([201, 400, 401, 403, 404, 410])('F06 that comes with %i is none (RFC 8414 3.2)', async (status) => {
    const { auth, provider, tab } = firstVisit()
    provider.faults.discovery.always(async (_, normally) => {
      const { body, headers } = await normally()
      return new Response(body, { status, headers })
    })
    await refusal(auth.login())
    expect(tab.departures).toEqual([])
  })
})
