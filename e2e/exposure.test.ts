import type { BrowserContext } from '@playwright/test'
import { call } from './world/call.ts'
import { expectNoSecrets, secretsOf } from './world/find-secrets.ts'
import { holdCallback } from './world/held-callback.ts'
import { formOf, logged, watchRequests } from './world/requests.ts'
import { signIn, signOut } from './world/sign-in.ts'
import { expect, status, test } from './world/test.ts'
import { watchTokens } from './world/watch-tokens.ts'

for (const harnessPage of ['plain', 'react'] as const) {
  test.describe(`in a ${harnessPage} page`, () => {
    test.use({ harnessPage })

    test('I01 I03 I06 I07 I13 no token, code or verifier is where a script could find it, in any phase', async ({
      page,
      open,
      world,
    }) => {
      await page.clock.install()
      const traffic = await watchTokens(page)
      await open()

      await test.step('signed in', async () => {
        await signIn(page)
        await call(page, `${world.api.url}me`)
        await expectNoSecrets(page, traffic)
      })
      await test.step('refreshed', async () => {
        await page.clock.fastForward(60_000)
        await expect.poll(() => traffic.given.length).toBe(2)
        await call(page, `${world.api.url}me`)
        await expectNoSecrets(page, traffic)
      })
      await test.step('after a failure', async () => {
        world.provider.control.down(600)
        await page.clock.fastForward(120_000)
        expect(await call(page, `${world.api.url}me`)).toEqual({ error: 'network' })
        world.provider.control.down(0)
        await expectNoSecrets(page, traffic)
      })
      await test.step('signed out', async () => {
        await signOut(page)
        await expectNoSecrets(page, traffic)
      })
    })
  })
}

test('the search for secrets finds what is hidden in storage, on the window or in a symbol', async ({ page, open }) => {
  const traffic = await watchTokens(page)
  await open()
  await signIn(page)
  const secret = traffic.given[0]?.access_token ?? ''
  for (const hide of [
    (text: string) => localStorage.setItem('hidden', text),
    (text: string) =>
      Object.defineProperty(window.harness, Symbol('deep'), { value: { list: [text] }, configurable: true }),
    (text: string) => history.replaceState({ text }, ''),
  ]) {
    await page.evaluate(hide, `x${secret}y`)
    await expect(expectNoSecrets(page, traffic)).rejects.toThrow()
    await page.evaluate(() => {
      localStorage.clear()
      history.replaceState(null, '')
      for (const key of Object.getOwnPropertySymbols(window.harness)) Reflect.deleteProperty(window.harness, key)
    })
    await expectNoSecrets(page, traffic)
  }
})

test('I06 nothing about the client can be enumerated, serialised or cloned into a token', async ({ page, open }) => {
  const traffic = await watchTokens(page)
  await open()
  await signIn(page)
  const texts = await page.evaluate(() => {
    const { auth } = window.harness
    const clone = (value: unknown) => {
      try {
        return JSON.stringify(structuredClone(value))
      } catch (error) {
        return (error as Error).name
      }
    }
    return [
      JSON.stringify(auth),
      JSON.stringify(auth.state),
      clone(auth),
      clone(auth.state),
      Object.entries(auth).join(),
      ...Object.values(auth).map(String),
    ]
  })
  expect(texts[1]).toContain('Ada Lovelace')
  for (const secret of secretsOf(traffic)) expect(texts.filter((text) => text?.includes(secret))).toEqual([])
})

test('I02 while the person is away, the tab keeps one pending login and nothing else; after the callback, none', async ({
  page,
  open,
  world,
}) => {
  await open()
  const callback = await holdCallback(page, world.site)
  const stored = await page.evaluate(() => ({ local: { ...localStorage }, session: { ...sessionStorage } }))
  expect(stored.local).toEqual({})
  const kept = Object.values(stored.session).map((text) => JSON.parse(String(text)).value)
  expect(kept).toHaveLength(3)
  const [pending] = kept.filter((value) => value.verifier)
  expect(Object.keys(pending).sort()).toEqual(['begunAt', 'nonce', 'scope', 'state', 'verifier'])
  expect(kept).toContain(`${world.site.origin}/`) // where to return to
  expect(kept).toContainEqual(expect.objectContaining({ issuer: world.provider.url })) // the provider's metadata

  await page.goto(callback.href)
  await expect(status(page)).toHaveText('signed in as ada')
  const left = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))
  for (const secret of [pending.state, pending.nonce, pending.verifier]) expect(left).not.toContain(secret)
})

test('I02 a refused callback leaves no pending login behind either', async ({ page, open, world }) => {
  await open()
  const callback = await holdCallback(page, world.site)
  callback.searchParams.set('iss', 'http://localhost:9')
  await page.goto(callback.href)
  await expect(status(page)).toHaveText('signed out: callback_invalid')
  expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toMatch(/verifier|nonce/)
})

test('I04 nothing secret is written to the console in any phase', async ({ page, open, world, context }) => {
  await page.clock.install()
  const lines: string[] = []
  context.on('console', (message) => lines.push(message.text()))
  context.on('weberror', (error) => lines.push(String(error.error().stack)))
  const traffic = await watchTokens(page)
  await open()
  await signIn(page)
  await page.clock.fastForward(60_000)
  await expect.poll(() => traffic.given.length).toBe(2)
  world.provider.control.down(600)
  const refused = page.waitForResponse((response) => response.status() === 503)
  await page.clock.fastForward(60_000)
  await refused
  world.provider.control.down(0)
  await signOut(page)
  const all = lines.join('\n')
  expect(all).toContain('503') // the browser's own line: somebody was listening
  for (const secret of secretsOf(traffic)) expect(all).not.toContain(secret)
})

test('I08 I09 no message to other windows, tabs or ports holds a secret', async ({ page, open, context }) => {
  const messages = await recordMessages(context)
  await page.clock.install()
  const traffic = await watchTokens(page)
  await open()
  await signIn(page)
  await page.clock.fastForward(60_000)
  await expect.poll(() => traffic.given.length).toBe(2)
  await page.evaluate(() => window.postMessage('heard')) // the recorder works
  await expect.poll(() => messages.join()).toContain('heard')
  for (const secret of secretsOf(traffic)) expect(messages.join()).not.toContain(secret)
})

test('C30 I16 each secret goes to the one place that needs it', async ({ page, open, world }) => {
  const traffic = await watchTokens(page)
  const requests = watchRequests(page)
  await open()
  await signIn(page)
  await call(page, `${world.api.url}notes`)
  await signOut(page)
  await expect.poll(() => logged(world.provider, '/token/revocation')).toHaveLength(1)

  const [tokens] = traffic.given
  const [form] = traffic.asked
  expect(await carriersOf(tokens?.access_token)).toEqual(['/notes'])
  expect(await carriersOf(tokens?.refresh_token)).toEqual(['/token/revocation'])
  expect(await carriersOf(tokens?.id_token)).toEqual(['/session/end'])
  expect(await carriersOf(form?.get('code_verifier'))).toEqual(['/token'])
  expect(await carriersOf(form?.get('code'))).toEqual(['/', '/token']) // the callback itself, and the exchange

  async function carriersOf(secret: string | null | undefined): Promise<string[]> {
    if (!secret) throw new Error('There is no such secret.')
    const carriers = await Promise.all(
      requests.map(async (request) => {
        const headers = Object.values(await request.allHeaders().catch(() => ({})))
        const texts = [decodeURIComponent(request.url()), ...formOf(request).values(), ...headers]
        return texts.some((text) => text.includes(secret)) ? [new URL(request.url()).pathname] : []
      }),
    )
    return carriers.flat()
  }
})

/** Everything that the app's pages post, as text. */
async function recordMessages(context: BrowserContext): Promise<readonly string[]> {
  const messages: string[] = []
  await context.exposeFunction('recordMessage', (text: string) => void messages.push(text))
  await context.addInitScript(() => {
    const { recordMessage } = window as unknown as { recordMessage: (text: string) => void }
    const record = (target: { postMessage: (...values: never[]) => void }) => {
      const post = target.postMessage
      target.postMessage = function (this: unknown, ...values: never[]) {
        recordMessage(JSON.stringify(values))
        return post.apply(this, values)
      }
    }
    for (const target of [window, BroadcastChannel.prototype, MessagePort.prototype, Worker.prototype])
      record(target as never)
  })
  return messages
}
