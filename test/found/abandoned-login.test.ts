// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { firstVisit, reloaded } from '../browser.ts'
import { advance } from '../clock.ts'

describe('A login that nobody came back from', () => {
  it('B05, I02 is gone from the storage when the app is opened after ten minutes', async () => {
    const stage = firstVisit()
    await stage.auth.start()
    await stage.auth.login()
    await advance(3_600_000)
    const later = reloaded(stage, 'https://app.example.com/')
    await later.auth.start()
    expect(Object.keys(later.tab.sessionStorage).filter((key) => /^latchkey (login|return) /.test(key))).toEqual([])
  })
})
