// @vitest-environment node
import { answers, breaks, type Fault, hangs, showsAPage } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API, toApi } from '../api-calls.ts'
import { type Stage, signedIn } from '../browser.ts'
import { sleep } from '../clock.ts'
import { HOMES } from '../homes/home.ts'
import { refreshesAt, renewalOf, watch } from '../refreshing.ts'
import { expectRefusedAs, soon } from './cell.ts'
import { playRenewal } from './renewal.ts'
import { ROWS, type Word } from './table.ts'

async function renewedInAFrame(home: (typeof HOMES)[number]): Promise<Stage> {
  const stage = await signedIn({ home, provider: { refreshTokens: 'none' } })
  stage.tab.frame = (url) => stage.provider.visit(url)
  return stage
}

/** Where the frame ends: back at the app with an OAuth error, on a page that it may not be read from, or nowhere. */
type End = (asked: URL) => string | undefined

const back =
  (error: string): End =>
  ({ origin, searchParams }) => {
    const answer = { error, state: searchParams.get('state') ?? '', iss: origin }
    return `${searchParams.get('redirect_uri')}?${new URLSearchParams(answer)}`
  }
const errorPage: End = () => 'chrome-error://chromewebdata/'
const providerPage: End = ({ origin }) => `${origin}/sign-in`
const nowhere: End = () => undefined

interface Ending {
  readonly name: string
  readonly end: End
  readonly word: Word
  readonly said?: string
  /** What the provider answers to who asks whether it is there. */
  readonly keys?: Fault
}

const REFUSALS = [
  ...['login_required', 'interaction_required', 'consent_required', 'account_selection_required'],
  ...['access_denied', 'invalid_request', 'unauthorized_client', 'invalid_scope', 'unsupported_response_type'],
]

const ENDINGS: readonly Ending[] = [
  ...REFUSALS.map((error): Ending => ({ name: error, end: back(error), word: 'ends', said: error })),
  ...['temporarily_unavailable', 'server_error'].map(
    (error): Ending => ({ name: error, end: back(error), word: 'network', said: error }),
  ),
  { name: 'a page of the provider', end: providerPage, word: 'ends' },
  { name: 'an error page, the provider is out of reach', end: errorPage, word: 'network', keys: breaks },
  { name: 'an error page, the provider is down', end: errorPage, word: 'network', keys: answers(503) },
  { name: 'an error page, the provider says nothing', end: errorPage, word: 'timeout', keys: hangs },
  { name: 'an error page, the provider is behind a portal', end: errorPage, word: 'invalid', keys: showsAPage() },
  { name: 'nothing at all', end: nowhere, word: 'timeout' },
]

describe.each(HOMES)('%s: what goes wrong in a hidden frame', (home) => {
  for (const { name, frame, said } of ROWS)
    it(`G33 with its code, ${name}: ${frame}`, async () => {
      const stage = await renewedInAFrame(home)
      await playRenewal(stage, { name, word: frame, said, at: 'token' })
      expect(refreshesAt(stage)).toEqual([])
    })

  for (const { name, word, said, end, keys } of ENDINGS)
    it(`G33 that ends on ${name}: ${word}`, async () => {
      const stage = await renewedInAFrame(home)
      const { auth, provider, tab } = stage
      const seen = watch(stage)
      tab.frame = async (url) => end(new URL(url))
      if (keys) provider.faults.jwks.always(keys)
      sleep(601_000)
      await expectRefusedAs(word, auth.authFetch(API), said)
      expect(seen.map(renewalOf)).toEqual([word === 'ends' ? 'signed-out' : 'degraded'])
      expect(provider.requestsTo('token')).toHaveLength(1)
      expect(toApi(stage)).toEqual([])
      tab.frame = (url) => provider.visit(url)
      provider.faults.jwks.never()
      if (word === 'ends') return
      await soon(() => renewalOf(auth.state) === 'fresh')
      expect((await auth.authFetch(API)).status).toBe(200)
      expect(seen.map(renewalOf)).toEqual(['degraded', 'fresh'])
    })
})
