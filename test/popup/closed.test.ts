import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { handBack } from '../../src/page/popup.ts'
import { advance, settled, useFakeClock } from '../clock.ts'
import { refusal } from '../outcome.ts'
import { ANSWER, openScene, type Scene, STATE } from './windows.ts'

const NOTHING = { listeners: 0, timers: 0, channels: 0 }
const SIGNS_OF_LIFE = ['focus', 'pointerdown', 'keydown']
let scene: Scene
/** How the wait has ended, if it has. */
let outcome: string | undefined

beforeEach(() => {
  useFakeClock()
  scene = openScene()
  outcome = undefined
  vi.stubGlobal('close', vi.fn())
})

afterEach(() => {
  scene.gone.abort()
  scene.close()
  vi.useRealTimers()
})

function waits(): void {
  refusal(scene.answer().then((query) => (outcome = query))).then(
    ({ code }) => {
      outcome = code
    },
    () => {},
  )
}

/** The page in the window has cut it off from the page that opened it. */
async function isCutOff(): Promise<void> {
  waits()
  await advance(1_000)
  scene.look = 'closed'
  await advance(1_000)
}

async function handsBack(): Promise<boolean> {
  const taken = handBack(STATE, ANSWER)
  await settled()
  await advance(5_000)
  return taken
}

describe('a window that has shown the provider', () => {
  beforeEach(async () => {
    waits()
    scene.look = 'elsewhere'
    await advance(2_000)
  })

  test('K03 is closed when it looks closed, a second later', async () => {
    scene.look = 'closed'
    await advance(1_000)
    expect(outcome).toBeUndefined()
    await advance(250)
    expect(outcome).toBe('popup_closed')
  })

  test('may still answer while it closes', async () => {
    scene.look = 'closed'
    await advance(500)
    expect(await handsBack()).toBe(true)
    expect(outcome).toBe(ANSWER)
    expect(scene.late).toEqual([])
    expect(scene.left()).toEqual(NOTHING)
  })

  test('K04 may go anywhere, also back to this origin, and is waited for', async () => {
    for (const look of ['back', 'elsewhere', 'empty', 'elsewhere'] as const) {
      scene.look = look
      for (const sign of SIGNS_OF_LIFE) scene.happens(sign)
      await advance(120_000)
      expect(outcome).toBeUndefined()
    }
    scene.look = 'closed'
    await advance(1_250)
    expect(outcome).toBe('popup_closed')
  })
})

describe('a window that was cut off before the page saw anything in it', () => {
  beforeEach(isCutOff)

  test('K03 looks closed, and is waited for', async () => {
    await advance(590_000)
    expect(outcome).toBeUndefined()
    expect(await handsBack()).toBe(true)
    expect(outcome).toBe(ANSWER)
    expect(scene.left()).toEqual(NOTHING)
  })

  for (const sign of SIGNS_OF_LIFE)
    test(`K03 is taken for closed three seconds after the person is back (${sign})`, async () => {
      scene.happens(sign)
      await advance(2_900)
      scene.happens(sign)
      expect(outcome).toBeUndefined()
      await advance(100)
      expect(outcome).toBe('popup_closed')
    })

  test('K03 may still answer after it was taken for closed, once', async () => {
    scene.happens('focus')
    await advance(3_000)
    expect(outcome).toBe('popup_closed')
    expect(await handsBack()).toBe(true)
    expect(scene.late).toEqual([ANSWER])
    expect(scene.left()).toEqual(NOTHING)
    expect(await handsBack()).toBe(false)
    expect(scene.late).toEqual([ANSWER])
  })

  test('K03 is no longer listened to after ten minutes', async () => {
    scene.happens('focus')
    await advance(597_000)
    expect(scene.left()).toEqual({ listeners: 0, timers: 1, channels: 1 })
    await advance(1_000)
    expect(scene.left()).toEqual(NOTHING)
    expect(outcome).toBe('popup_closed')
    expect(await handsBack()).toBe(false)
    expect(scene.late).toEqual([])
  })

  test('K03 is no longer listened to when the page lets go of it', async () => {
    scene.happens('focus')
    await advance(3_000)
    scene.gone.abort()
    expect(scene.left()).toEqual(NOTHING)
    expect(await handsBack()).toBe(false)
    expect(scene.late).toEqual([])
  })
})

test('K03 a window that is about to be cut off and looks as if it showed the provider is not taken for closed', async () => {
  waits()
  await advance(1_000)
  scene.look = 'elsewhere'
  await advance(750)
  scene.look = 'closed'
  await advance(60_000)
  expect(outcome).toBeUndefined()
  expect(await handsBack()).toBe(true)
  expect(outcome).toBe(ANSWER)
})

test('K03 a person who is on the page before the window is cut off was not back from it', async () => {
  waits()
  for (const sign of SIGNS_OF_LIFE) scene.happens(sign)
  await advance(1_000)
  scene.look = 'closed'
  await advance(60_000)
  expect(outcome).toBeUndefined()
})

test('K04 a window that never comes back is given up after ten minutes, and left as it is', async () => {
  waits()
  scene.look = 'elsewhere'
  await advance(599_000)
  expect(outcome).toBeUndefined()
  await advance(1_000)
  expect(outcome).toBe('callback_expired')
  expect(scene.isPutAway).toBe(false)
  expect(scene.left()).toEqual(NOTHING)
  expect(await handsBack()).toBe(false)
  expect(scene.late).toEqual([])
})

test('K03 a page that lets go closes the window and leaves nothing behind', async () => {
  waits()
  scene.look = 'elsewhere'
  await advance(5_000)
  scene.gone.abort()
  await settled()
  expect(outcome).toBe('popup_closed')
  expect(scene.isPutAway).toBe(true)
  expect(scene.left()).toEqual(NOTHING)
})

test('K03 a page that has let go already opens nothing', async () => {
  scene.gone.abort()
  waits()
  await settled()
  expect(outcome).toBe('popup_closed')
  expect(scene.went).toEqual([])
  expect(scene.isPutAway).toBe(true)
  expect(scene.left()).toEqual(NOTHING)
})
