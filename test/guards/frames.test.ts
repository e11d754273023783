// @vitest-environment node
import type { AuthOptions } from 'latchkey'
import { answers, breaks, GRACE, losesTheAnswer } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API } from '../api-calls.ts'
import { returning, type Script, type Stage, signedIn } from '../browser.ts'
import { advance, settled, sleep } from '../clock.ts'
import { expectSignedOut, refusal } from '../outcome.ts'
import { refreshesAt } from '../refreshing.ts'

const NO_REFRESH_TOKEN: Script = { provider: { refreshTokens: 'none' } }

/** The hidden frames that were asked for, each of which ends where `lead` says: at the provider, unless it says otherwise. */
function frames({ tab, provider }: Stage, lead: (url: string) => Promise<string | undefined> = provider.visit): URL[] {
  const asked: URL[] = []
  tab.frame = (url) => {
    asked.push(new URL(url))
    return lead(url)
  }
  return asked
}

describe('A session that is renewed in a hidden frame', () => {
  it('G29 keeps the scope that a step-up has brought', async () => {
    const stage = await signedIn(NO_REFRESH_TOKEN)
    await stage.auth.login({ stepUp: { scope: 'notes:pay' } })
    const next = await returning(stage)
    await next.auth.start()
    const asked = frames(next)
    sleep(601_000)
    expect((await next.auth.authFetch(API)).status).toBe(200)
    expect(asked.map(({ searchParams }) => searchParams.get('scope'))).toEqual([expect.stringContaining('notes:pay')])
    expect(next.auth.state).toMatchObject({ session: { scope: expect.arrayContaining(['notes:pay']) } })
  })

  it('K05 opens no second frame where the first was too slow', async () => {
    const stage = await signedIn(NO_REFRESH_TOKEN)
    const asked = frames(stage, async () => undefined)
    sleep(601_000)
    const refused = refusal(stage.auth.authFetch(API))
    await settled()
    await advance(10_000)
    expect((await refused).code).toBe('timeout')
    expect(asked).toHaveLength(1)
  })

  it('B33 revokes what was meant for another person', async () => {
    const stage = await signedIn(NO_REFRESH_TOKEN)
    frames(stage)
    stage.provider.signIn(GRACE)
    sleep(601_000)
    expect((await refusal(stage.auth.authFetch(API))).code).toBe('login_required')
    await settled()
    expect(stage.provider.requestsTo('revocation')).toHaveLength(1)
  })
})

describe('After an answer that was lost', () => {
  const lost = async (restore?: 'frame'[]) => {
    const stage = await signedIn({ options: { restore } as Partial<AuthOptions> })
    const asked = frames(stage)
    stage.provider.faults.token.once(losesTheAnswer)
    sleep(601_000)
    await refusal(stage.auth.authFetch(API))
    await advance(5_000)
    return { ...stage, asked }
  }

  it.each([[undefined], [['frame' as const]]])(
    'G17 the provider is asked in a frame (restore: %j)',
    async (restore) => {
      const { auth, asked } = await lost(restore)
      expect((await auth.authFetch(API)).status).toBe(200)
      expect(asked).toHaveLength(1)
    },
  )

  it('G17 it is not, where the app wants no frames', async () => {
    const { auth, asked } = await lost([])
    expectSignedOut(auth.state, 'login_required')
    expect(asked).toEqual([])
  })

  it('G10 a provider that knows the client no more has said so: no frame', async () => {
    const stage = await signedIn({ options: { restore: ['frame'] } })
    const asked = frames(stage)
    stage.provider.faults.token.once(breaks)
    stage.provider.faults.token.always(answers(401, { error: 'invalid_client' }))
    sleep(601_000)
    await refusal(stage.auth.authFetch(API))
    await advance(5_000)
    expectSignedOut(stage.auth.state, 'login_required')
    expect(asked).toEqual([])
  })

  it('G09 and a success, the next refusal is one: the doubt was about another refresh token', async () => {
    const stage = await signedIn({ options: { restore: ['frame'] } })
    const asked = frames(stage)
    stage.provider.faults.token.once(breaks)
    sleep(601_000)
    await refusal(stage.auth.authFetch(API))
    await advance(5_000)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    stage.provider.revokeEverything()
    sleep(601_000)
    expect((await refusal(stage.auth.authFetch(API))).provider?.error).toBe('invalid_grant')
    expect(asked).toEqual([])
    expect(refreshesAt(stage)).toHaveLength(3)
  })
})
