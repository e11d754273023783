import type { Auth } from 'latchkey'

export type Home = NonNullable<Auth['home']>

interface AboutHome {
  readonly home: Home
  readonly name: string
  readonly about: string
}

export const HOMES: readonly AboutHome[] = [
  {
    home: 'page',
    name: 'Page',
    about: 'In the memory of this page. Each tab has a session of its own, and a reload asks the provider again.',
  },
  {
    home: 'worker',
    name: 'Worker',
    about: 'In a worker of this tab, where no script of the page can read. Each tab has a session of its own.',
  },
  {
    home: 'shared-worker',
    name: 'Shared worker',
    about: 'In one worker for all tabs: one session, one refresh between them, and a reload asks nobody.',
  },
]

const KEY = 'notes home'

/** Said in the URL, and remembered for this tab: the provider sends people back without it. */
export function chosenHome(): Home {
  const said = new URLSearchParams(location.search).get('home') ?? sessionStorage.getItem(KEY)
  const home = HOMES.find((one) => one.home === said)?.home ?? 'page'
  sessionStorage.setItem(KEY, home)
  return home
}

/** This page with its tokens elsewhere. */
export const urlWith = (home: Home) => `${location.pathname}?home=${home}`

export const nameOf = (home: Home | undefined) => HOMES.find((one) => one.home === home)?.name ?? '…'

export const aboutHome = (home: Home | undefined) => HOMES.find((one) => one.home === home)?.about ?? ''
