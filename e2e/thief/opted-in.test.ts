import { expect, inEveryHome, test } from '../world/homes.ts'
import { callThatRefreshes } from '../world/hostile.ts'
import { letInFirst, lootOf, mintedBy } from '../world/thief.ts'

// What an app gives away by name, wherever its vault is.
inEveryHome((home) => {
  test('keepSession: a script of the page deciphers the tokens with the key that it cannot read', async ({
    page,
    hostile,
    visit,
    login,
  }) => {
    await visit({ keepSession: true })
    expect(await login()).toBe('signed in as ada')
    await callThatRefreshes(page, hostile)
    const readByItself = () =>
      page.evaluate(async () => {
        const done = <Result>(request: IDBRequest<Result>) =>
          new Promise<Result>((resolve) => {
            request.onsuccess = () => resolve(request.result)
          })
        const database = await done(indexedDB.open('latchkey-session', 1))
        const kept = database.transaction('kept').objectStore('kept')
        const [names, values] = await Promise.all([done(kept.getAllKeys()), done(kept.getAll())])
        database.close()
        const key = values.find((value) => value instanceof CryptoKey) as CryptoKey
        const at = names.findIndex((name) => String(name).startsWith('session '))
        const { iv, text } = values[at]
        const additionalData = new TextEncoder().encode(String(names[at]).slice('session '.length))
        const raw = crypto.subtle.exportKey('raw', key).then(
          () => 'read',
          (error) => error.name,
        )
        const opened = await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, key, text)
        return { key: await raw, tokens: JSON.parse(new TextDecoder().decode(opened)).tokens }
      })
    const { key, tokens } = await readByItself()
    expect(key).toBe('InvalidAccessError')
    const minted = mintedBy(hostile.provider)
    expect(minted['refresh token'].at(-1)).toBe(tokens.refreshToken)
    expect(minted['access token']).toContain(tokens.accessToken)
    expect(minted['ID token']).toContain(tokens.idToken)
  })

  test('exposeAccessToken: a script of the page gets the access token, and no other', async ({
    page,
    hostile,
    visit,
    login,
  }) => {
    await letInFirst(page)
    await visit({ exposeAccessToken: true })
    expect(await login()).toBe('signed in as ada')
    const isToken = await page.evaluate(
      async ([url, home]) => {
        const { thief, harness } = window
        if (home === 'page') {
          const { accessToken } = harness.auth as unknown as { accessToken: (url: string) => Promise<string> }
          return typeof (await accessToken(url)) === 'string'
        }
        const [door] = [...thief.doors]
        if (!door) throw new Error('The app has no door.')
        const { asked } = await thief.beg(door, { asked: { name: 'accessToken', argument: url, mark: undefined } })
        return asked === 'answered'
      },
      [`${hostile.api}/notes`, home] as const,
    )
    expect(isToken).toBe(true)
    const loot = await lootOf(page, hostile.provider)
    if (home === 'page') return expect(Object.keys(loot)).toContain('access token')
    expect(loot['access token']).toContain('answers')
    expect(loot).not.toHaveProperty('refresh token')
    expect(loot).not.toHaveProperty('ID token')
    expect(loot).not.toHaveProperty('verifier')
  })
})
