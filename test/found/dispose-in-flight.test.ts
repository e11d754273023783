// @vitest-environment node
import { hangs } from 'latchkey/testing'
import { expect, it, vi } from 'vitest'
import { API } from '../api-calls.ts'
import { backFromProvider, signedIn } from '../browser.ts'
import { sleep, until } from '../clock.ts'
import { counting } from '../counting.ts'

it('L07 dispose() while a refresh is under way leaves no timer at once', async () => {
  const stage = await signedIn()
  stage.provider.faults.token.always(hangs)
  sleep(601_000)
  stage.auth.authFetch(API).catch(() => {})
  await until(() => stage.provider.requestsTo('token').length === 2)
  stage.auth.dispose()
  expect(vi.getTimerCount()).toBe(0)
})

it('L07 dispose() while a hidden frame is open removes the frame and its timer at once', async () => {
  const stage = await signedIn({ provider: { refreshTokens: 'none' } })
  const { children } = stage.tab.window().document.body
  stage.tab.frame = async () => undefined
  sleep(601_000)
  stage.auth.authFetch(API).catch(() => {})
  await until(() => children.length > 0)
  stage.auth.dispose()
  expect([children.length, vi.getTimerCount()]).toEqual([0, 0])
})

it('L07 dispose() while the page is prerendered leaves no listener at once', async () => {
  const stage = await backFromProvider()
  Object.defineProperty(stage.tab.window().document, 'prerendering', { value: true, configurable: true })
  const count = counting(stage.tab)
  void stage.auth.start()
  stage.auth.dispose()
  expect(count().listeners).toBe(0)
})
