import type { Browser, Page } from '@playwright/test'
import type { HarnessOptions } from '../../harness/harness.ts'
import type { Site } from '../../world/site.ts'
import type { Dice } from '../dice.ts'
import { type Inspected, inspectPage, inspectSharedWorker } from './devtools.ts'
import type { View } from './ledger.ts'
import { createPlace, type Place } from './place.ts'
import { preludeFor } from './prelude.ts'

export interface Tab {
  readonly page: Page
  readonly inspected: Inspected
  readonly place: Place
  /** Which of the worker's connections is its. */
  readonly port: number
}

interface Ground {
  readonly browser: Browser
  readonly site: Site
  readonly hasSharedWorker: boolean
  readonly options: HarnessOptions
  readonly start: number
  readonly dice: Dice
  /** How many requests are held back by others. */
  readonly held: () => number
  readonly seen: (place: Place, view: View) => void
  /** Called with a page that goes. */
  readonly left: (place: Place) => void
}

export type Device = Awaited<ReturnType<typeof createDevice>>

const ONE_MINUTE = 60_000

/** One browser with its tabs and its clock. No time passes in it but in `goTo`. */
export async function createDevice(ground: Ground) {
  const { browser, site, hasSharedWorker, options, start, dice, held, seen, left } = ground
  const context = await browser.newContext()
  await context.addInitScript((all) => {
    window.harnessOptions = all
  }, options)
  let now = start
  let wrongBy = 0
  let loads = 0
  let tabs: readonly Tab[] = []
  let worker: Place | undefined
  const prelude = () => preludeFor(now + wrongBy, dice.whole(0, 2 ** 31))
  site.beforeWorker = prelude

  const places = (): readonly Place[] => [...(worker ? [worker] : []), ...tabs.map(({ place }) => place)]

  const placeOf = (inspected: Inspected, name: string) =>
    createPlace(inspected, name, name === 'worker' || !hasSharedWorker, seen)

  /** Whether something that a page or its worker has said to the other is on its way. */
  const isSpeaking = ({ place, port }: Tab) => {
    const [own] = place.view.ports
    const other = worker?.view.ports[port]
    return own?.posted !== other?.heard || own?.heard !== other?.posted
  }

  const load = async (page: Page, inspected: Inspected, go: () => Promise<unknown>): Promise<Tab> => {
    const early = await page.addInitScript({ content: prelude() })
    await go()
    await page.getByText('signed in as').waitFor()
    await early.dispose()
    if (hasSharedWorker && !worker) worker = await placeOf(await inspectSharedWorker(browser, site.origin), 'worker')
    loads += 1
    await worker?.look()
    const port = (worker?.view.ports.length ?? 0) - 1
    const tab = { page, inspected, port, place: await placeOf(inspected, `page ${loads}`) }
    tabs = [...tabs, tab]
    return tab
  }

  const leave = async (tab: Tab) => {
    await tab.place.look()
    left(tab.place)
    tabs = tabs.filter((one) => one !== tab)
  }

  return {
    places,
    tabs: () => tabs,
    clockIsWrongBy: () => wrongBy,

    async open(enter: (page: Page) => Promise<void> = async () => {}): Promise<Tab> {
      const page = await context.newPage()
      return load(page, await inspectPage(page), async () => {
        await page.goto(site.origin)
        await enter(page)
      })
    },
    async reload(tab: Tab): Promise<void> {
      await leave(tab)
      await load(tab.page, tab.inspected, () => tab.page.reload())
    },
    /** In the middle of whatever it is about. */
    async close(tab: Tab): Promise<void> {
      await leave(tab)
      await tab.page.close()
    },

    async goTo(time: number): Promise<void> {
      const passed = time - now
      now = time
      const awake = places().filter(({ sleep }) => !sleep)
      await Promise.all(awake.map((place) => place.goOnFor(passed)))
    },
    async setClock(by: number): Promise<void> {
      wrongBy = by
      await Promise.all(places().map((place) => place.run(({ time }, wall) => time.setWall(wall), now + wrongBy)))
    },
    sleep(place: Place, monotonicGoesOn: boolean): void {
      place.sleep = { since: now, monotonicGoesOn }
    },
    async wake(place: Place, event: 'visibilitychange' | undefined): Promise<void> {
      if (!place.sleep) return
      const { since, monotonicGoesOn } = place.sleep
      place.sleep = undefined
      await place.run(
        ({ time }, missed, wall, event) => {
          time.skip(missed)
          time.setWall(wall)
          if (event) globalThis.document?.dispatchEvent(new Event(event))
        },
        monotonicGoesOn ? now - since : 0,
        now + wrongBy,
        event,
      )
    },

    /** Resolves when nothing goes on any more in any of them but what waits for the time, or for what is held back. */
    async settle(): Promise<void> {
      const tooLate = performance.now() + ONE_MINUTE
      const isBusy = () =>
        places().some(({ isQuiet }) => !isQuiet) ||
        tabs.some(isSpeaking) ||
        places().reduce((sum, { view }) => sum + view.waiting, 0) !== held()
      while (isBusy()) {
        await Promise.all(places().map(({ look }) => look()))
        if (performance.now() < tooLate) continue
        throw new Error(`It does not come to rest: ${JSON.stringify(places().map(({ view }) => view))}`)
      }
    },

    /** Takes the garbage away, so that what is left is in use. Answers the bytes. */
    async weigh(place: Place): Promise<number> {
      const bytes = await place.heap()
      await place.look()
      return bytes
    },
  }
}
