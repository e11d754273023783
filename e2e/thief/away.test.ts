import type { Page } from '@playwright/test'
import { answers } from 'latchkey/testing'
import { expect, inEveryHome, status, test } from '../world/homes.ts'
import { letInFirst, lootOf } from '../world/thief.ts'
import { finishLogin } from '../world/thief-login.ts'

interface Pending {
  readonly verifier: string
  readonly nonce: string
}

inEveryHome((home) => {
  const place = home === 'page' ? 'sessionStorage' : 'IndexedDB'

  test(`I02 while the person is away, a script finds verifier and nonce in ${place}; once they are back, nothing`, async ({
    page,
    hostile,
    visit,
  }) => {
    await letInFirst(page)
    await visit()
    // An answer without content: the page stays, as another tab would.
    hostile.provider.faults.authorization.once(answers(204))
    const left = page.waitForRequest(/authorize/)
    await page.getByRole('button', { name: 'Sign in' }).click()
    const url = (await left).url()
    await page.evaluate(() => window.thief.stop())
    const { verifier, nonce } = await pendingLogin(page)
    await page.evaluate(() => window.thief.look())
    const loot = await lootOf(page, hostile.provider, { verifier: [verifier], nonce: [nonce] })
    expect(loot.verifier).toContain(place)
    expect(loot.nonce).toContain(place)
    // The nonce is in the URL that the page goes to; of the verifier there is only the hash.
    expect(new URL(url).searchParams.get('nonce')).toBe(nonce)
    expect(url).not.toContain(verifier)
    if (home !== 'page') expect(loot.verifier).toEqual([place])

    await page.goto(url)
    await expect(status(page)).toHaveText('signed in as ada')
    await page.evaluate(() => window.thief.look())
    const after = await lootOf(page, hostile.provider)
    expect([...(after.verifier ?? []), ...(after.nonce ?? [])]).not.toContain(place)
    expect(await pendingLogins(page)).toEqual([])
  })

  test('a script on the page that a login comes back to can finish it before the app', async ({
    page,
    hostile,
    configure,
  }) => {
    await configure()
    await page.goto(hostile.site.origin)
    await expect(status(page)).toHaveText('signed out')
    hostile.site.holdCallbacks = true
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page).toHaveTitle('Held')
    const { verifier } = await pendingLogin(page)
    expect(await finishLogin(page, verifier, hostile)).toBe(200)
    await page.evaluate(() => history.replaceState(null, '', '/'))
  })

  test('C01 a code without its verifier is worth nothing', async ({ page, hostile, configure }) => {
    await configure()
    await page.goto(hostile.site.origin)
    await expect(status(page)).toHaveText('signed out')
    hostile.site.holdCallbacks = true
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page).toHaveTitle('Held')
    expect(await finishLogin(page, 'x'.repeat(43), hostile)).toBe(400)
    await page.evaluate(() => history.replaceState(null, '', '/'))
  })
})

/** As the vault keeps it, wherever that is. */
async function pendingLogin(page: Page): Promise<Pending> {
  const [pending] = await pendingLogins(page)
  if (!pending) throw new Error('No login is under way.')
  return pending
}

function pendingLogins(page: Page): Promise<readonly Pending[]> {
  return page.evaluate(async () => {
    const texts = Object.values({ ...sessionStorage } as Record<string, string>).map((text) => JSON.parse(text).value)
    const opening = indexedDB.open('latchkey', 1)
    opening.onupgradeneeded = () => opening.transaction?.abort()
    const records = await new Promise<{ value: unknown }[]>((resolve) => {
      opening.onerror = () => resolve([])
      opening.onsuccess = () => {
        const asked = opening.result.transaction('shelf').objectStore('shelf').getAll()
        asked.onsuccess = () => resolve(asked.result)
        opening.result.close()
      }
    })
    const all = [...texts, ...records.map(({ value }) => value)] as Partial<Pending>[]
    return all.flatMap(({ verifier, nonce }) => (verifier && nonce ? [{ verifier, nonce }] : []))
  })
}
