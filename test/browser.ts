import type { Auth, AuthOptions, VaultHome } from 'latchkey'
import { createTestProvider, type TestProvider, type TestProviderOptions } from 'latchkey/testing'
import { afterAll, afterEach, beforeEach, expect, vi } from 'vitest'
import { counted, useFakeClock } from './clock.ts'
import { leaksOverPorts } from './homes/wiretap.ts'
import { found, leaksIn, lookalikesIn, writings } from './leaks.ts'
import { openTab, type Tab } from './tab.ts'
import { everythingMade } from './witness.ts'

// What a page loads only when it needs it is here already: a fake clock waits for no file.
await Promise.all([
  import('../src/page/hidden-frame.ts'),
  import('../src/page/restore.ts'),
  import('../src/page/waiting-calls.ts'),
  import('../src/vault/seldom.ts'),
])

export interface Stage {
  readonly provider: TestProvider
  readonly tab: Tab
  readonly options: AuthOptions
  /** The `auth` of the page that is loaded now. */
  readonly auth: Auth
}

export interface Script {
  readonly provider?: TestProviderOptions
  readonly options?: Partial<AuthOptions>
  readonly url?: string
  /** Where the tokens are. Default: in the page, or what the environment says. */
  readonly home?: VaultHome
}

let stages: Omit<Stage, 'auth'>[] = []
/** All that the suites of this file have made and minted. */
const lines = new Set<string>()
const minted = new Set<string>()
const SAID = ['log', 'info', 'warn', 'error', 'debug'] as const

beforeEach(() => {
  stages = []
  everythingMade()
  useFakeClock()
  for (const level of SAID) vi.spyOn(console, level)
})

/** What must hold after every test, whatever it was about. */
afterEach(() => {
  // A test may have put a text of its own in the place of a secret, as short as "x".
  const secrets = stages.flatMap(secretsOf).filter((secret) => secret.length > 11)
  const text = writings(everythingMade()).join('\n')
  expect(found(text, secrets), 'a secret in an error, a state or a client').toEqual([])
  expect(lookalikesIn(text), 'what looks like a secret in an error, a state or a client').toEqual([])
  for (const secret of secrets) minted.add(secret)
  // Line by line, since most errors come from the same few places.
  for (const line of text.split('\n')) lines.add(line)
  for (const { provider, tab } of stages) {
    const kept = [
      ...Object.entries(tab.sessionStorage),
      ...Object.entries(tab.localStorage),
      tab.window().history.state,
    ]
    expect(leaksIn(kept, tokensOf(provider)), 'a token or code in storage or history').toEqual([])
    expect(leaksIn(tab.reported, provider.secrets), 'a secret in a reported error').toEqual([])
    const elsewhere = provider.requestsTo('elsewhere').map(({ request }) => [request.url, ...request.headers])
    expect(leaksIn(elsewhere, provider.secrets), 'a secret sent to a stranger').toEqual([])
    expect(leaksOverPorts(tab.browser, provider), 'a token or verifier over a port').toEqual([])
    tab.close()
  }
  for (const level of SAID) expect(vi.mocked(console[level]).mock.calls, 'said in the console').toEqual([])
  vi.useRealTimers()
})

/** A secret that came from one test into another would have been kept somewhere. */
afterAll(() => {
  const text = [...lines].join('\n')
  expect(found(text, minted), 'a secret of any test in an error, a state or a client of any other').toEqual([])
})

/** What the provider minted or was shown, and what it was not shown because nobody went there. */
const secretsOf = ({ provider, tab }: Omit<Stage, 'auth'>): string[] => [
  ...provider.secrets,
  ...tab.departures.flatMap((url) => ['state', 'nonce'].flatMap((name) => new URL(url).searchParams.get(name) ?? [])),
]

/** Codes and tokens, without what a pending login has to remember. */
const tokensOf = ({ secrets }: TestProvider) => secrets.filter((secret) => /^(code|refresh)-|^ey[\w-]*\./.test(secret))

export const optionsFor = (provider: TestProvider, options: Partial<AuthOptions> = {}): AuthOptions => ({
  issuer: 'https://login.example.com',
  clientId: 'notes-spa',
  apis: [{ url: 'https://api.example.com/', scope: 'notes:read notes:write' }],
  fetch: counted(provider.fetch),
  // Suites about reloads and outages say otherwise: here a reload ends the session, and a request waits for nothing.
  restore: [],
  patience: 0,
  ...options,
})

/** A page that has just been opened; nothing has started. */
export function firstVisit(script: Script = {}): Stage {
  const provider = createTestProvider(script.provider)
  const tab = openTab(script.url, undefined, undefined, script.home)
  const stage = { provider, tab, options: optionsFor(provider, script.options) }
  stages.push(stage)
  return { ...stage, auth: tab.createAuth(stage.options) }
}

/** The page that somebody has come back to from the provider; its `start()` has not been called. */
export async function backFromProvider(script: Script = {}): Promise<Stage> {
  const stage = firstVisit(script)
  await stage.auth.start()
  await stage.auth.login()
  return returning(stage)
}

/** The page that opens on a callback URL which was changed on its way here. */
export async function backWith(change: (callback: URL, stage: Stage) => unknown, script: Script = {}): Promise<Stage> {
  const stage = firstVisit(script)
  await stage.auth.start()
  await stage.auth.login()
  const callback = new URL(await stage.provider.visit(stage.tab.departures.at(-1) ?? ''))
  await change(callback, stage)
  return reloaded(stage, callback.href)
}

export async function returning(stage: Stage): Promise<Stage> {
  // The first renewal may come at any time; suites about something else wait for it as for any other.
  vi.spyOn(Math, 'random').mockReturnValueOnce(0)
  await stage.tab.follow(stage.provider)
  return { ...stage, auth: stage.tab.createAuth(stage.options) }
}

/** The page of somebody who has signed in. */
export async function signedIn(script: Script = {}): Promise<Stage> {
  const stage = await backFromProvider(script)
  expect(await stage.auth.start()).toMatchObject({ status: 'signed-in' })
  return stage
}

/** The same tab, loaded once more. */
export function reloaded(stage: Stage, url = stage.tab.url()): Stage {
  stage.tab.load(url)
  return { ...stage, auth: stage.tab.createAuth(stage.options) }
}

/** Another tab of the same browser. */
export function inAnotherTab(stage: Stage, url?: string): Stage {
  const tab = openTab(url, undefined, stage.tab)
  const other = { provider: stage.provider, options: stage.options, tab }
  stages.push(other)
  return { ...other, auth: tab.createAuth(stage.options) }
}
