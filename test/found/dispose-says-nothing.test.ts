// @vitest-environment node
import { held } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { backFromProvider, firstVisit } from '../browser.ts'
import { settled } from '../clock.ts'

const METADATA = {
  authorization_endpoint: 'https://login.example.com/authorize',
  token_endpoint: 'https://login.example.com/token',
  jwks_uri: 'https://login.example.com/jwks',
}

describe('What was disposed of', () => {
  it('L07 tells its listeners nothing any more, also where start() was under way', async () => {
    const { auth, provider } = await backFromProvider()
    const answer = held()
    provider.faults.token.once(answer)
    const heard: string[] = []
    auth.subscribe((state) => heard.push(state.status))
    const started = auth.start()
    await answer.asked
    expect(new Set(heard.splice(0))).toEqual(new Set(['loading']))
    auth.dispose()
    answer.release()
    await started
    await settled()
    expect(heard).toEqual([])
  })

  it('L05, L07 was no login that failed: hot reloading does not use up the two attempts', async () => {
    const { auth, provider, tab } = await backFromProvider()
    const answer = held()
    provider.faults.token.once(answer)
    const started = auth.start()
    await answer.asked
    auth.dispose()
    answer.release()
    await started
    await settled()
    expect(Object.keys(tab.sessionStorage).filter((key) => key.startsWith('latchkey failed'))).toEqual([])
  })

  it('L07, I02 remembers no login that begins without a question to the provider', async () => {
    const { auth, tab } = firstVisit({ options: { metadata: METADATA } })
    await auth.start()
    const left = auth.login().catch(() => {})
    auth.dispose()
    await left
    await settled()
    expect(tab.departures).toEqual([])
    expect(Object.keys(tab.sessionStorage).filter((key) => /^latchkey (login|return) /.test(key))).toEqual([])
  })
})
