// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { backFromProvider } from '../browser.ts'

describe('E06, E14 A key set', () => {
  it.each<[string, unknown]>([
    ['text of four million characters', 'a'.repeat(4_000_000)],
    ['a list of a million members', new Array(1_000_000).fill(0)],
  ])('E06, E14 with %s among the keys does not stop the page', async (_, junk) => {
    const stage = await backFromProvider()
    stage.provider.keys.publish(junk)
    expect(await stage.auth.start()).toMatchObject({ status: 'signed-in' })
  })
})
