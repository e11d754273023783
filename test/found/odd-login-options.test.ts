// @vitest-environment node
import type { LoginOptions } from 'latchkey'
import { describe, expect, it } from 'vitest'
import { firstVisit } from '../browser.ts'
import { expectRefusal } from '../outcome.ts'

describe('A login asked for in odd words', () => {
  // RFC 6749 8.2: letters, digits, "-", "." and "_". Some servers read "state[]" or "redirect.uri" as a name of ours.
  it.each(['state[]', ' state', 'state ', 'state\u0000', 'redirect uri', 'client%5Fid', '', 'sta\nte', 'ѕtate'])(
    'A09 no parameter has the name %j',
    async (name) => {
      const { auth, tab } = firstVisit()
      await expectRefusal(auth.login({ parameters: { [name]: 'x' } }), 'configuration')
      expect(tab.departures).toEqual([])
    },
  )

  it.each(['abc', ['x'], 42, true].map((parameters) => ({ parameters })))(
    'A09 parameters are an object: $parameters',
    async ({ parameters }) => {
      const { auth, tab } = firstVisit()
      await expectRefusal(auth.login({ parameters } as unknown as LoginOptions), 'configuration')
      expect(tab.departures).toEqual([])
    },
  )

  it.each(['gold', ['gold'], 42, true].map((stepUp) => ({ stepUp })))(
    'A18 a challenge is an object: $stepUp',
    async ({ stepUp }) => {
      const { auth, tab } = firstVisit()
      await expectRefusal(auth.login({ stepUp } as unknown as LoginOptions), 'configuration')
      expect(tab.departures).toEqual([])
    },
  )

  const HOSTILE = {
    get acrValues(): string {
      throw new RangeError('a getter of the app')
    },
  }
  it.each([
    { acrValues: 42 },
    { acrValues: ['gold'] },
    { acrValues: { toString: 1 } },
    { maxAge: Number.NaN },
    { maxAge: -1 },
    { maxAge: 1.5 },
    { maxAge: 'soon' },
    { maxAge: { toString: 1, valueOf: 1 } },
    { maxAge: null },
    { scope: 42 },
    { scope: { toString: 1 } },
    { scope: [['x', 42]] },
  ])('A18 a challenge of the wrong type is refused: %j', async (stepUp) => {
    const { auth, tab } = firstVisit()
    await expectRefusal(auth.login({ stepUp } as unknown as LoginOptions), 'configuration')
    expect(tab.departures).toEqual([])
  })

  it('A18 a challenge that throws when it is read leaves the page usable', async () => {
    const { auth, tab } = firstVisit()
    await expect(auth.login({ stepUp: HOSTILE })).rejects.toThrow()
    expect(tab.departures).toEqual([])
    await auth.login()
    expect(tab.departures).toHaveLength(1)
  })
})
