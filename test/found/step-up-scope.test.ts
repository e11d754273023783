// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { firstVisit, returning } from '../browser.ts'
import { advance } from '../clock.ts'

describe('Without a refresh token', () => {
  it('G29 a scope that was granted to a step-up is asked for again in the frame', async () => {
    const stage = firstVisit({ provider: { refreshTokens: 'none' } })
    await stage.auth.start()
    await stage.auth.login({ stepUp: { scope: 'payments' } })
    const back = await returning(stage)
    expect(await back.auth.start()).toMatchObject({ status: 'signed-in' })
    const asked: string[] = []
    back.tab.frame = (url) => {
      asked.push(new URL(url).searchParams.get('scope') ?? '')
      return back.provider.visit(url)
    }
    await advance(700_000)
    expect(asked.length).toBeGreaterThan(0)
    for (const scope of asked) expect(scope.split(' ')).toContain('payments')
  })
})
