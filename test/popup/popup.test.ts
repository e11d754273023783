import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { handBack } from '../../src/page/popup.ts'
import { advance, settled, useFakeClock } from '../clock.ts'
import { refusal } from '../outcome.ts'
import { ANSWER, LOGIN, openScene, type Scene, STATE } from './windows.ts'

const NOTHING = { listeners: 0, timers: 0, channels: 0 }
const OTHER = STATE.toLowerCase()
const close = vi.fn()
let scene: Scene

beforeEach(() => {
  useFakeClock()
  scene = openScene()
  close.mockReset()
  vi.stubGlobal('close', close)
})

afterEach(() => {
  scene.gone.abort()
  scene.close()
  vi.useRealTimers()
})

/** Whether it is still being waited for. */
async function isWaiting(answer: Promise<string>): Promise<boolean> {
  await settled()
  return Promise.race([answer.then(() => false), Promise.resolve(true)]).catch(() => false)
}

/** The window of the popup answers, and stays. */
async function handsBack(query = ANSWER, state = STATE): Promise<boolean> {
  const taken = handBack(state, query)
  await settled()
  await advance(5_000)
  return taken
}

test('the answer of the window is handed to the page, and the window closes itself', async () => {
  const answer = scene.answer()
  expect(scene.went).toEqual([LOGIN.url])
  scene.look = 'elsewhere'
  await advance(60_000)
  scene.look = 'back'
  expect(await handsBack()).toBe(true)
  expect(await answer).toBe(ANSWER)
  expect(close).toHaveBeenCalledOnce()
  expect(scene.isPutAway).toBe(false)
  expect(scene.left()).toEqual(NOTHING)
})

test('an answer that is there at once is not missed', async () => {
  let taken: Promise<boolean> | undefined
  Object.assign(scene.popup, {
    go() {
      taken = handBack(STATE, ANSWER)
    },
  })
  const answer = scene.answer()
  await advance(5_000)
  expect(await answer).toBe(ANSWER)
  expect(await taken).toBe(true)
})

test('a window that is being closed starts no app, for a second', async () => {
  const answer = scene.answer()
  const then = vi.fn()
  void handBack(STATE, ANSWER).then(then)
  await answer
  await settled()
  expect(close).toHaveBeenCalledOnce()
  await advance(900)
  expect(then).not.toHaveBeenCalled()
  await advance(100)
  expect(then).toHaveBeenCalledExactlyOnceWith(true)
})

test('K03 a window that nobody waits for knows after five seconds, and stays open', async () => {
  const then = vi.fn()
  void handBack(STATE, ANSWER).then(then)
  await advance(4_900)
  expect(then).not.toHaveBeenCalled()
  await advance(100)
  expect(then).toHaveBeenCalledExactlyOnceWith(false)
  expect(close).not.toHaveBeenCalled()
  expect(scene.left()).toEqual(NOTHING)
})

test('of two logins under way each gets its own answer', async () => {
  const first = scene.answer()
  const second = scene.answer({ ...LOGIN, state: OTHER })
  expect(await handsBack(`?code=8&state=${OTHER}`, OTHER)).toBe(true)
  expect(await second).toBe(`?code=8&state=${OTHER}`)
  expect(await isWaiting(first)).toBe(true)
  expect(await handsBack()).toBe(true)
  expect(await first).toBe(ANSWER)
})

test('K01 K02 K09 what is no answer to this login is neither taken nor answered', async () => {
  const answer = scene.answer()
  const stranger = new BroadcastChannel(`latchkey popup ${STATE}`)
  const said: unknown[] = []
  stranger.onmessage = ({ data }) => said.push(data)
  const forged = [
    null,
    'taken',
    ANSWER,
    7,
    [ANSWER],
    {},
    { code: '7', state: STATE },
    { query: null },
    { query: { state: STATE } },
    { query: [ANSWER] },
    { query: '' },
    { query: '?code=7' },
    { query: `?code=7&state=${OTHER}` },
    { query: `?code=7#state=${STATE}` },
    { query: `?code=7&state=${OTHER}&state=${STATE}` },
  ]
  for (const message of forged) stranger.postMessage(message)
  const elsewhere = new BroadcastChannel(`latchkey popup ${OTHER}`)
  elsewhere.postMessage({ query: ANSWER })
  expect(await isWaiting(answer)).toBe(true)
  expect(said).toEqual([])
  stranger.postMessage({ query: ANSWER })
  expect(await answer).toBe(ANSWER)
  await settled()
  expect(said).toEqual(['taken'])
  stranger.close()
  elsewhere.close()
})

test('K01 K02 messages that windows post to each other are not listened to', async () => {
  const added = vi.spyOn(globalThis, 'addEventListener')
  const answer = scene.answer()
  for (const data of [{ query: ANSWER }, { code: '7', state: STATE }, ANSWER])
    window.dispatchEvent(new MessageEvent('message', { data, origin: 'https://login.example.com' }))
  expect(await isWaiting(answer)).toBe(true)
  expect(added.mock.calls.map(([type]) => type)).toEqual(['focus', 'pointerdown', 'keydown'])
})

test('K01 a window that hands back takes nothing but the word for a sign that it was taken', async () => {
  const stranger = new BroadcastChannel(`latchkey popup ${STATE}`)
  const then = vi.fn()
  void handBack(STATE, ANSWER).then(then)
  for (const message of [null, true, { taken: true }, { query: ANSWER }, ['taken']]) stranger.postMessage(message)
  await settled()
  await advance(5_000)
  expect(then).toHaveBeenCalledExactlyOnceWith(false)
  expect(close).not.toHaveBeenCalled()
  stranger.close()
})

test('K03 a window that was closed before anything was loaded in it is sent nowhere', async () => {
  scene.look = 'closed'
  expect((await refusal(scene.answer())).code).toBe('popup_closed')
  expect(scene.went).toEqual([])
  expect(scene.left()).toEqual(NOTHING)
})
