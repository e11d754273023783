import { vi } from 'vitest'
import type { PendingLogin } from '../../src/contract/vault.ts'
import { answerFrom, type Popup } from '../../src/page/popup.ts'
import { type Count, counting } from '../counting.ts'
import { openTab } from '../tab.ts'
import { countedChannels } from './channels.ts'

export const STATE = 'T9Xw3bEo7Vn0cKqR5sYhLm2dGf8uJi1aPz6tBkWvQxc'
export const LOGIN: PendingLogin = { state: STATE, url: `https://login.example.com/authorize?state=${STATE}` }
export const ANSWER = `?code=7&state=${STATE}`

/** What a window looks like to the page that has opened it. */
export type Look = 'empty' | 'elsewhere' | 'back' | 'closed'

export interface Scene {
  readonly popup: Popup
  look: Look
  /** Where the window was sent. */
  readonly went: string[]
  /** Whether the page has closed it. */
  isPutAway: boolean
  /** What the page was told after it had given up. */
  readonly late: string[]
  readonly gone: AbortController
  /** What is still there of the page's waiting. */
  readonly left: () => Count & { readonly channels: number }
  /** Begins to wait. */
  readonly answer: (login?: PendingLogin) => Promise<string>
  /** Something happens on the page. */
  readonly happens: (type: string) => void
  readonly close: () => void
}

/** A page and a window that it has opened. */
export function openScene(): Scene {
  const tab = openTab()
  const channels = countedChannels()
  vi.stubGlobal('BroadcastChannel', channels.Channel)
  const count = counting(tab)
  const before = count()
  const popup: Popup = {
    go: (url) => void scene.went.push(url),
    isClosed: () => scene.look === 'closed',
    isElsewhere: () => scene.look === 'elsewhere',
    close() {
      scene.isPutAway = true
    },
  }
  const scene: Scene = {
    popup,
    look: 'empty',
    went: [],
    isPutAway: false,
    late: [],
    gone: new AbortController(),
    left() {
      const { listeners, timers } = count()
      return { listeners: listeners - before.listeners, timers: timers - before.timers, channels: channels.count() }
    },
    answer(login = LOGIN) {
      const answer = answerFrom(popup, login, scene.gone.signal, (query) => scene.late.push(query))
      // Some tests end before it does.
      answer.catch(() => {})
      return answer
    },
    happens: (type) => void tab.window().dispatchEvent(new (tab.window().Event)(type)),
    close: tab.close,
  }
  return scene
}
