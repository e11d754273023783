import { call } from './world/call.ts'
import { inEveryHome } from './world/homes.ts'
import { exchanges, logged, refreshes } from './world/requests.ts'
import { signIn } from './world/sign-in.ts'
import { kept } from './world/store-site.ts'
import { expect, status, test } from './world/test.ts'
import { watchTokens } from './world/watch-tokens.ts'

inEveryHome(() => {
  test.describe('a session that is kept', () => {
    test('I14 is there again when all tabs were closed: no request, no redirect, in every new tab', async ({
      page,
      open,
      world,
      context,
    }) => {
      await open({ keepSession: true })
      await signIn(page)
      const next = await context.newPage()
      await page.close()
      world.provider.log.clear()
      await next.goto(`${world.site.origin}/notes/7#top`)
      await expect(status(next)).toHaveText('signed in as ada')
      expect(next.url()).toBe(`${world.site.origin}/notes/7#top`)
      expect(await call(next, `${world.api.url}me`)).toMatchObject({ status: 200 })
      expect([...logged(world.provider, '/auth'), ...exchanges(world.provider), ...refreshes(world.provider)]).toEqual(
        [],
      )
    })

    test('J09 is gone for all with a sign-out, and a reload does not bring it back', async ({
      page,
      open,
      world,
      context,
    }) => {
      await open({ keepSession: true })
      await signIn(page)
      const other = await context.newPage()
      await other.goto(world.site.origin)
      await expect(status(other)).toHaveText('signed in as ada')
      await page.getByRole('button', { name: 'Sign out' }).click()
      await expect(status(other)).toHaveText(/^signed out/)
      expect(await call(other, `${world.api.url}me`)).toEqual({ error: 'login_required' })
      await other.reload()
      await expect(status(other)).toHaveText('signed out')
      expect((await kept(other)).filter(({ name }) => name.startsWith('session'))).toEqual([])
    })
  })
})

test('I01 what is kept cannot be read without its key, and the key cannot be taken out', async ({ page, open }) => {
  await open({ keepSession: true })
  const { given } = await watchTokens(page)
  await signIn(page)
  await expect.poll(async () => (await kept(page)).map(({ name }) => name.split(' ')[0])).toEqual(['key', 'session'])
  const [key, session] = await kept(page)
  expect(key).toMatchObject({ isKey: true, extractable: false })
  const { text } = session!.content as { text: number[] }
  const bytes = String.fromCharCode(...text)
  expect(given).toHaveLength(1)
  for (const secret of [given[0]?.refresh_token, given[0]?.access_token, given[0]?.id_token])
    expect(bytes).not.toContain(secret)
})
