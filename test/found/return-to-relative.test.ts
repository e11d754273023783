// @vitest-environment node
import { expect, it } from 'vitest'
import { backFromProvider } from '../browser.ts'

it.each(['', '#', '#notes'])(
  'B13, J14 a kept place to return to that was emptied or cut to %j leaves no code in the address',
  async (value) => {
    const stage = await backFromProvider()
    for (const key of Object.keys(stage.tab.sessionStorage))
      if (key.startsWith('latchkey return'))
        stage.tab.sessionStorage.setItem(key, JSON.stringify({ value, at: Date.now() }))
    expect(await stage.auth.start()).toMatchObject({ status: 'signed-in' })
    expect(stage.tab.url()).not.toMatch(/code=|state=|iss=/)
  },
)
