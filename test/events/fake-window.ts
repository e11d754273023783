import type { TestProvider } from 'latchkey/testing'
import { vi } from 'vitest'
import { countedChannels } from '../popup/channels.ts'

export interface FakeWindow {
  /** Goes on to the provider, and hands back what it answers. */
  readonly signIn: (provider: TestProvider) => Promise<void>
  readonly shut: () => void
}

/** What `window.open` answers from now on. */
export function windowsOpen(): FakeWindow {
  const { Channel } = countedChannels()
  vi.stubGlobal('BroadcastChannel', Channel)
  let went = ''
  let closed = false
  const shut = () => {
    closed = true
  }
  const location = {
    replace(url: string) {
      went = url
    },
    get href(): string {
      if (went) throw new DOMException('Blocked', 'SecurityError')
      return 'about:blank'
    },
  }
  vi.stubGlobal('open', () => ({
    location,
    get closed() {
      return closed
    },
    close: shut,
  }))
  return {
    shut,
    async signIn(provider) {
      const { search, searchParams } = new URL(await provider.visit(went))
      new Channel(`latchkey popup ${searchParams.get('state')}`).postMessage({ query: search })
    },
  }
}
