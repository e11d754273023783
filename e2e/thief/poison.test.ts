import type { Page } from '@playwright/test'
import { answers } from 'latchkey/testing'
import { expect, inEveryHome, status, test } from '../world/homes.ts'
import { leave, settledStatus } from '../world/hostile.ts'

inEveryHome((home) => {
  test('C30 I16 metadata that a script puts into storage leads neither the person nor a token to a stranger', async ({
    page,
    hostile,
    visit,
  }) => {
    await visit()
    const { issuer, stranger, provider } = hostile
    // An answer without content: the page stays, with the metadata in storage by now.
    provider.faults.authorization.once(answers(204))
    const left = page.waitForRequest(/authorize/)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await left
    const poisoned = await page.evaluate(
      async ([issuer, stranger, home]) => {
        const value = {
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${stranger}/token`,
          jwks_uri: `${stranger}/jwks`,
          revocation_endpoint: `${stranger}/revoke`,
          userinfo_endpoint: `${stranger}/userinfo`,
          end_session_endpoint: `${stranger}/logout`,
          code_challenge_methods_supported: ['S256'],
        }
        const record = { value, at: Date.now() }
        const name = `latchkey metadata ${issuer}`
        if (home === 'page') {
          const wasThere = sessionStorage.getItem(name) !== null
          sessionStorage.setItem(name, JSON.stringify(record))
          return wasThere
        }
        const opening = indexedDB.open('latchkey', 1)
        await new Promise((resolve) => {
          opening.onsuccess = resolve
        })
        const transaction = opening.result.transaction('shelf', 'readwrite')
        const shelf = transaction.objectStore('shelf')
        const counting = shelf.count(name)
        shelf.put(record, name)
        await new Promise((resolve) => {
          transaction.oncomplete = resolve
        })
        opening.result.close()
        return counting.result === 1
      },
      [issuer, stranger, home] as const,
    )
    // The very place that the vault reads.
    expect(poisoned).toBe(true)
    // A vault that has not read it yet.
    await endWorkers(page)
    await page.reload()
    await settledStatus(page)
    const reads = provider.requestsTo('discovery').length
    await leave(page)
    await expect(status(page)).toHaveText('signed in as ada')
    await page.evaluate(() => window.harness.auth.userInfo())
    // The page stays, as above.
    provider.faults.endSession.always(answers(204))
    await page.getByRole('button', { name: 'Sign out' }).click()
    await expect.poll(() => provider.requestsTo('revocation').length).toBe(1)
    await expect(status(page)).toHaveText('signed out')
    expect(provider.requestsTo('discovery').length).toBeGreaterThan(reads)
    expect(hostile.arrivals.filter(({ origin }) => origin === stranger)).toEqual([])
  })
})

/** Workers of this harness end when they are told to. */
const endWorkers = (page: Page) => page.evaluate(() => new BroadcastChannel('harness worker').postMessage('close'))
