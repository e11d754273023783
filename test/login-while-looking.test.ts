// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { reloaded, type Stage, signedIn } from './browser.ts'
import { settled } from './clock.ts'

const NEVER = new Promise<never>(() => {})

const framesOf = ({ tab }: Stage) => tab.window().document.querySelectorAll('iframe').length

const lastDeparture = ({ tab }: Stage) => new URL(tab.departures.at(-1) ?? '')

/** Somebody was signed in, has reloaded, and the page is looking for the session. */
async function looking(restore: ('frame' | 'redirect')[], frame: (url: string) => Promise<string | undefined>) {
  const stage = reloaded(await signedIn({ options: { restore } }))
  stage.tab.frame = frame
  const starting = stage.auth.start()
  await settled()
  return { ...stage, starting }
}

describe('A person who asks to sign in while the page looks for the session', () => {
  it('in a frame that does not answer is not kept waiting, and the frame is gone', async () => {
    const stage = await looking(['frame', 'redirect'], () => NEVER)
    expect(stage.auth.state).toEqual({ status: 'loading', waitingFor: 'frame' })
    const departures = stage.tab.departures.length
    await stage.auth.login()
    expect(stage.tab.departures).toHaveLength(departures + 1)
    expect(lastDeparture(stage).searchParams.get('prompt')).toBeNull()
    expect(framesOf(stage)).toBe(0)
    expect(await stage.starting).toEqual({ status: 'signed-out' })
  })

  it('by a redirect that has not left yet is taken to the login, not on a way that shows nothing', async () => {
    const stage = await looking(['redirect'], () => NEVER)
    expect(lastDeparture(stage).searchParams.get('prompt')).toBe('none')
    await stage.auth.login()
    expect(lastDeparture(stage).searchParams.get('prompt')).toBeNull()
    await stage.tab.follow(stage.provider)
    expect(await stage.tab.createAuth(stage.options).start()).toMatchObject({ status: 'signed-in' })
  })

  it('before it has begun to is sent to the login alone', async () => {
    const stage = reloaded(await signedIn({ options: { restore: ['redirect'] } }))
    const departures = stage.tab.departures.length
    await Promise.all([stage.auth.start(), stage.auth.login()])
    expect(stage.tab.departures).toHaveLength(departures + 1)
    expect(lastDeparture(stage).searchParams.get('prompt')).toBeNull()
  })

  it('and comes back without having done so finds the session on the next reload', async () => {
    const stage = await looking(['frame'], () => NEVER)
    await stage.auth.login()
    const again = reloaded(stage)
    again.tab.frame = (url) => again.provider.visit(url)
    expect(await again.auth.start()).toMatchObject({ status: 'signed-in' })
  })

  it('with a login that cannot begin may look again', async () => {
    const stage = await looking(['frame'], () => NEVER)
    await expect(stage.auth.login({ returnTo: 'https://elsewhere.example/' })).rejects.toMatchObject({
      code: 'configuration',
    })
    const again = reloaded(stage)
    again.tab.frame = (url) => again.provider.visit(url)
    expect(await again.auth.start()).toMatchObject({ status: 'signed-in' })
  })
})

it('A page that is left while it looks does not forget that somebody was signed in', async () => {
  const stage = await looking(['frame'], () => NEVER)
  stage.auth.dispose()
  await stage.starting
  expect(framesOf(stage)).toBe(0)
  const again = reloaded(stage)
  again.tab.frame = (url) => again.provider.visit(url)
  expect(await again.auth.start()).toMatchObject({ status: 'signed-in' })
})
