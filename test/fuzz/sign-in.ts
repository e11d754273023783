import type { Auth, AuthOptions } from 'latchkey'
import { createTestProvider, type TestProvider, type TestProviderOptions } from 'latchkey/testing'
import { afterEach, beforeEach, expect, vi } from 'vitest'
import { counted, useFakeClock } from '../clock.ts'
import { leaksIn } from '../leaks.ts'
import { HOME, openTab, type Tab } from '../tab.ts'
import { everythingMade } from '../witness.ts'
import { type Outcome, outcomeOf } from './fuzz.ts'

/** A login that somebody has gone through at the provider; the page that they come back to is not loaded yet. */
export interface Attempt {
  readonly provider: TestProvider
  readonly tab: Tab
  readonly options: AuthOptions
  /** The `auth` of the page that is loaded now. */
  readonly auth: () => Auth
  readonly state: string
  readonly nonce: string
  readonly code: string
  /** What was minted since this attempt began. */
  readonly secrets: () => readonly string[]
  /** The endpoints that were asked since the person came back. */
  readonly requested: () => readonly string[]
  /** Opens the page on this callback, else on the right one, and starts. */
  readonly finish: (callback?: string) => Promise<Outcome>
}

export interface Script {
  readonly provider?: TestProviderOptions
  readonly options?: Partial<AuthOptions>
}

const RUNS_PER_STAGE = 100
const SAID = ['log', 'info', 'warn', 'error', 'debug'] as const
let tabs: Tab[] = []

beforeEach(() => {
  tabs = []
  everythingMade()
  useFakeClock()
  for (const level of SAID) vi.spyOn(console, level)
})

afterEach(() => {
  for (const tab of tabs) tab.close()
  for (const level of SAID) expect(vi.mocked(console[level]).mock.calls, 'said in the console').toEqual([])
  vi.useRealTimers()
})

/** Answers attempts one after the other, thousands of them; each tab and provider serves some, so that none grows without end. */
export function attempts(script: Script = {}): () => Promise<Attempt> {
  const next = stages(script)
  return async () => begin(next())
}

/** A tab at a provider, its storage empty. */
export function stages(script: Script = {}): () => Pick<Attempt, 'provider' | 'tab' | 'options'> {
  let stage: Pick<Attempt, 'provider' | 'tab' | 'options'> | undefined
  let used = 0
  return () => {
    if (!stage || used % RUNS_PER_STAGE === 0) {
      for (const tab of tabs) tab.close()
      const provider = createTestProvider(script.provider)
      stage = { provider, tab: openTab(), options: optionsFor(provider, script.options) }
      tabs = [stage.tab]
    }
    used += 1
    const { tab, provider } = stage
    for (const fault of Object.values(provider.faults)) fault.never()
    provider.idToken.never()
    if (tab.url() !== HOME) tab.load(HOME)
    tab.sessionStorage.clear()
    return stage
  }
}

const optionsFor = (provider: TestProvider, options: Partial<AuthOptions> = {}): AuthOptions => ({
  issuer: 'https://login.example.com',
  clientId: 'notes-spa',
  apis: [{ url: 'https://api.example.com/', scope: 'notes:read notes:write' }],
  fetch: counted(provider.fetch),
  // Each attempt begins with nobody signed in, and no request waits.
  restore: [],
  patience: 0,
  ...options,
})

async function begin({ provider, tab, options }: Pick<Attempt, 'provider' | 'tab' | 'options'>): Promise<Attempt> {
  const minted = provider.secrets.length
  let auth = tab.createAuth(options)
  await auth.login()
  const departure = new URL(tab.departures.at(-1) ?? '')
  const right = await provider.visit(departure.href)
  const asked = provider.requests.length
  const secrets = () => provider.secrets.slice(minted).filter((secret) => OURS.test(secret))
  return {
    provider,
    tab,
    options,
    auth: () => auth,
    state: departure.searchParams.get('state') ?? '',
    nonce: departure.searchParams.get('nonce') ?? '',
    code: new URL(right).searchParams.get('code') ?? '',
    secrets,
    requested: () => provider.requests.slice(asked).map(({ endpoint }) => endpoint),
    async finish(callback = right) {
      tab.load(callback)
      auth = tab.createAuth(options)
      const outcome = outcomeOf(await auth.start(), secrets())
      expectNoLeak({ provider, tab }, secrets())
      return outcome
    },
  }
}

/** What the provider mints, and what a login remembers; not the made-up codes that it was shown. */
const OURS = /^(code|refresh)-|^ey.*\..*\.|^[\w-]{43}$/

/** Whatever was made, said, kept or sent elsewhere holds no secret; nor is there a token in the storage. */
export function expectNoLeak({ provider, tab }: Pick<Attempt, 'provider' | 'tab'>, secrets: readonly string[]): void {
  expect(leaksIn(everythingMade(), secrets), 'a secret in an error, a state or a client').toEqual([])
  const tokens = secrets.filter((secret) => /^(code|refresh)-|\./.test(secret))
  const kept = [...Object.entries(tab.sessionStorage), ...Object.entries(tab.localStorage), tab.window().history.state]
  expect(leaksIn(kept, tokens), 'a token or code in storage or history').toEqual([])
  const strangers = provider.requestsTo('elsewhere').map(({ request }) => [request.url, ...request.headers])
  expect(leaksIn(strangers, secrets), 'a secret sent to a stranger').toEqual([])
}
