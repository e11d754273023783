// @vitest-environment node
import { AuthError } from 'latchkey'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { expectRefusal } from '../outcome.ts'
import { connected, openPage, quiet, stage, stranger } from './line.ts'

const URL_ASKED = 'https://login.example.com/authorize?prompt=none'
const TEN_SECONDS = 10_000
const never = new AbortController().signal

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => {
  expect(vi.getTimerCount(), 'timers that are left').toBe(0)
  vi.useRealTimers()
})

describe('A hidden frame for a vault without a document', () => {
  it('is opened by the page that spoke last, and by no other', async () => {
    const { line, pages } = stage()
    const [one, two] = [openPage(), openPage()]
    const first = await connected(line(), one)
    await connected(line(), two)
    expect(await pages().frame(URL_ASKED, TEN_SECONDS, never)).toBe(`${URL_ASKED}#end`)
    expect([one.frames, two.frames]).toEqual([[], [URL_ASKED]])
    first.wake()
    await quiet()
    await pages().frame(URL_ASKED, TEN_SECONDS, never)
    expect(one.frames).toEqual([URL_ASKED])
  })

  it('that shows nothing says that the provider does not answer in one', async () => {
    const { line, pages } = stage()
    const page = openPage()
    page.frameEnds = () => Promise.reject(new AuthError('login_required', 'It said no.'))
    await connected(line(), page)
    await expectRefusal(pages().frame(URL_ASKED, TEN_SECONDS, never), 'login_required')
  })

  it('that is too slow says nothing of who is signed in', async () => {
    const { line, pages } = stage()
    const page = openPage()
    page.frameEnds = () => Promise.reject(new AuthError('timeout', 'Too slow.'))
    await connected(line(), page)
    await expectRefusal(pages().frame(URL_ASKED, TEN_SECONDS, never), 'timeout')
  })

  it('is nobody’s where no page is open, or the page that was asked leaves: that passes by itself', async () => {
    const { line, pages } = stage()
    const page = openPage()
    page.frameEnds = () => new Promise(() => {})
    const vault = await connected(line(), page)
    const asked = expectRefusal(pages().frame(URL_ASKED, TEN_SECONDS, never), 'timeout')
    await quiet()
    vault.dispose()
    await asked
    await expectRefusal(pages().frame(URL_ASKED, TEN_SECONDS, never), 'timeout')
  })

  it('is not asked for again of a page that does not answer, as one that is frozen', async () => {
    const { line, pages } = stage()
    const [awake, frozen] = [openPage(), openPage()]
    frozen.frameEnds = () => new Promise(() => {})
    await connected(line(), awake)
    await connected(line(), frozen)
    const asked = expectRefusal(pages().frame(URL_ASKED, TEN_SECONDS, never), 'timeout')
    vi.advanceTimersByTime(TEN_SECONDS)
    await quiet()
    vi.advanceTimersByTime(2_000)
    await asked
    expect(await pages().frame(URL_ASKED, TEN_SECONDS, never)).toBe(`${URL_ASKED}#end`)
    expect(frozen.frames).toHaveLength(1)
  })

  it('is given up with the vault', async () => {
    const { line, pages } = stage()
    const page = openPage()
    page.frameEnds = () => new Promise(() => {})
    await connected(line(), page)
    const gone = new AbortController()
    const asked = expectRefusal(pages().frame(URL_ASKED, TEN_SECONDS, gone.signal), 'timeout')
    gone.abort()
    await asked
  })

  it('K06 ends where the page says that was asked, and nobody else', async () => {
    const { line, pages } = stage()
    const forger = stranger(line())
    await forger.says({ id: 0, name: 'hello', argument: 1, mark: '' })
    let end: (url: string) => void = () => {}
    const page = openPage()
    page.frameEnds = () =>
      new Promise((resolve) => {
        end = resolve
      })
    await connected(line(), page)
    const asked = pages().frame(URL_ASKED, TEN_SECONDS, never)
    await quiet()
    for (const id of [0, 1, 2, 3])
      await forger.says({
        id: 9,
        name: 'framed',
        argument: { id, url: 'https://app.example.com/?code=forged' },
        mark: '',
      })
    end('https://app.example.com/?code=true')
    expect(await asked).toBe('https://app.example.com/?code=true')
  })
})
