import type { BrowserContext } from '@playwright/test'
import { asked, expect, test } from '../world/hostile.ts'

// Chromium remembers a click through a navigation that redirects straight back, so one made at the beginning must not count for
// ever. What a test evaluates in a page counts as the touch of a person too: these look at the page from outside.

/** An app that answers every sign-out with a login, and says in the console what it is refused with. */
async function loginsByItself(context: BrowserContext): Promise<readonly string[]> {
  const said: string[] = []
  context.on('console', (message) => {
    if (message.text().startsWith('refused: ')) said.push(message.text())
  })
  await context.addInitScript(() => {
    const waiting = setInterval(async () => {
      if (!window.harness) return
      clearInterval(waiting)
      const { auth } = window.harness
      const state = await auth.start()
      if (state.status === 'signed-out' && !location.search)
        auth.login().catch((error) => console.log(`refused: ${error.code}`))
    })
  })
  return said
}

test('L05 an app that logs in by itself leaves twice for a provider that answers an error at once, for ever', async ({
  hostile,
  context,
  configure,
}) => {
  const said = await loginsByItself(context)
  await configure()
  let times = 0
  for (const error of ['access_denied', 'login_required', 'temporarily_unavailable', 'server_error']) {
    hostile.provider.faults.authorization.always((request) => backWith(request, { error }))
    const tab = await context.newPage()
    await tab.goto(hostile.site.origin)
    times += 1
    await expect.poll(() => said, error).toEqual(Array(times).fill('refused: login_required'))
    expect(asked(hostile, 'authorization'), error).toBe(2 * times)
    await tab.close()
  }
  expect(asked(hostile, 'token')).toBe(0)
})

test('L05 a person who asks for a third login gets it, and the app that follows it with a fourth does not', async ({
  hostile,
  context,
  page,
  configure,
}) => {
  hostile.provider.faults.authorization.always((request) => backWith(request, { error: 'access_denied' }))
  const said = await loginsByItself(context)
  await configure()
  await page.goto(hostile.site.origin)
  await expect.poll(() => said).toHaveLength(1)
  for (const times of [2, 3]) {
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect.poll(() => said).toEqual(Array(times).fill('refused: login_required'))
    expect(asked(hostile, 'authorization')).toBe(1 + times)
  }
})

test('L05 the same for codes that buy nothing; a person who asks is let go, and a login that works ends the count', async ({
  hostile,
  context,
  page,
  configure,
}) => {
  hostile.provider.faults.authorization.always((request) => backWith(request, { code: 'worthless' }))
  const said = await loginsByItself(context)
  await configure({ restore: [] })
  await page.goto(hostile.site.origin)
  await expect.poll(() => said).toEqual(['refused: login_required'])
  expect(asked(hostile, 'authorization')).toBe(2)

  hostile.provider.faults.authorization.never()
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('status')).toHaveText('signed in as ada')
  expect(asked(hostile, 'authorization')).toBe(3)

  hostile.provider.faults.authorization.always((request) => backWith(request, { error: 'access_denied' }))
  await page.reload()
  await expect.poll(() => said).toHaveLength(2)
  expect(asked(hostile, 'authorization')).toBe(5)
})

function backWith(request: Request, answer: Record<string, string>): Response {
  const { searchParams, origin } = new URL(request.url)
  const back = new URL(searchParams.get('redirect_uri') ?? '')
  back.search = String(new URLSearchParams({ ...answer, state: searchParams.get('state') ?? '', iss: origin }))
  return new Response(null, { status: 302, headers: { location: back.href } })
}
