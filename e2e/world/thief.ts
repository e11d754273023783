import type { Page } from '@playwright/test'
import type { TestProvider } from 'latchkey/testing'
import { listenIn } from './thief-ears.ts'
import { lookAround } from './thief-eyes.ts'
import { talk } from './thief-mouth.ts'
import { thinkUp } from './thief-pleas.ts'

/** What an app's own code posts to: whoever replaces `postMessage` gets hold of it. */
export type Door = MessagePort | Worker

/** What there is to be stolen, and where it was found. */
export type Loot = Partial<Record<SecretKind, readonly string[]>>

export type SecretKind = 'access token' | 'refresh token' | 'ID token' | 'code' | 'verifier' | 'nonce'

/** A script that got into the page. What it has learned is in its closures, where nobody but itself finds it again. */
export interface Thief {
  /** Remembers whatever can be read off a value. */
  readonly keep: (place: string, value: unknown) => void
  /** The app's own ways to a worker, and the URLs of the workers it has made, as far as the thief has noticed. */
  readonly doors: ReadonlySet<Door>
  readonly workerUrls: ReadonlySet<string>
  /** Keeps silent about what it does itself. */
  readonly unheard: <Result>(step: () => Result) => Result
  /** Hears nothing more. */
  readonly stop: () => void
  readonly search: (secrets: Readonly<Record<string, readonly string[]>>) => Readonly<Record<string, readonly string[]>>
  /** Looks wherever a script of the page can look. Answers how many objects it has seen. */
  look: () => Promise<number>
  /** Opens a way of its own to the worker that all pages share. */
  knock: () => Promise<Door>
  /** Says it all, at once; answers what came of each: a code, `answered` or `silence`. */
  beg: (door: Door, messages: Readonly<Record<string, unknown>>) => Promise<Readonly<Record<string, string>>>
  /** Everything that it can think of, for a vault of these. */
  pleas: (places: Places) => Readonly<Record<string, unknown>>
}

export interface Places {
  readonly api: string
  readonly issuer: string
  readonly stranger: string
}

declare global {
  interface Window {
    thief: Thief
  }
}

const PARTS = [listenIn, lookAround, talk, thinkUp]

/** From now on, in a page that runs already. */
export async function letIn(page: Page): Promise<void> {
  for (const part of PARTS) await page.evaluate(part)
}

/** As the first script of every page that is opened from now on. */
export async function letInFirst(page: Page): Promise<void> {
  for (const part of PARTS) await page.addInitScript(part)
}

/** What the thief has come by so far of what the provider gave out, or was shown. It hears nothing more after that. */
export async function lootOf(page: Page, provider: TestProvider, more: Loot = {}): Promise<Loot> {
  await page.evaluate(() => window.thief.stop())
  return page.evaluate((secrets) => window.thief.search(secrets), { ...mintedBy(provider), ...more })
}

/** The secrets of this provider, by kind. */
export function mintedBy(provider: TestProvider): Record<SecretKind, readonly string[]> {
  const { secrets, requests } = provider
  const tokens = secrets.filter((secret) => secret.startsWith('ey'))
  const isAccessToken = (token: string) =>
    JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).typ === 'at+jwt'
  const asked = (name: string) =>
    requests.flatMap(({ url, form }) => [...url.searchParams.getAll(name), ...form.getAll(name)])
  // A signed token without its header would do as well.
  const withParts = (some: readonly string[]) => some.flatMap((token) => [token, ...token.split('.').slice(1)])
  return {
    'access token': withParts(tokens.filter(isAccessToken)),
    'ID token': withParts(tokens.filter((token) => !isAccessToken(token))),
    'refresh token': secrets.filter((secret) => secret.startsWith('refresh-')),
    code: secrets.filter((secret) => secret.startsWith('code-')),
    verifier: asked('code_verifier'),
    nonce: asked('nonce'),
  }
}
