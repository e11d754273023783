import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from '@playwright/test'
import type { HarnessOptions } from '../../harness/harness.ts'
import { pagesFolder } from '../../world/pages-folder.ts'
import type { Site } from '../../world/site.ts'
import type { Dice } from '../dice.ts'
import { type Inspected, inspectPage, inspectSharedWorker } from './devtools.ts'
import type { View } from './ledger.ts'
import { createPlace, type Place } from './place.ts'
import { preludeFor } from './prelude.ts'
import { createSettling } from './settling.ts'
import type { Tab } from './tab.ts'

/** What is in use in a page or worker. */
export interface Weight {
  readonly bytes: number
  readonly objects: number
}

interface Ground {
  readonly browser: Browser
  readonly site: Site
  readonly hasSharedWorker: boolean
  readonly options: HarnessOptions
  readonly start: number
  readonly dice: Dice
  /** What is held back by others of all that was asked for. */
  readonly held: () => readonly string[]
  /** Whether others have something to do before it can be answered. */
  readonly isBusy: () => boolean
  readonly seen: (place: Place, view: View) => void
  /** Has so many milliseconds pass, for everybody. */
  readonly pass: (milliseconds: number) => Promise<void>
  /** Called with a page that goes. */
  readonly left: (place: Place) => void
}

export type Device = Awaited<ReturnType<typeof createDevice>>

const A_MOMENT = 200

/** One browser with its tabs and its clock. No time passes in it but in `goTo`. */
export async function createDevice(ground: Ground) {
  const { browser, site, hasSharedWorker, options, start, dice, held, isBusy, seen, left, pass } = ground
  const context = await browser.newContext()
  await context.addInitScript((all) => {
    window.harnessOptions = all
  }, options)
  let now = start
  let wrongBy = 0
  let loads = 0
  let tabs: readonly Tab[] = []
  let worker: Place | undefined
  // What is loaded when it is needed is there already: no clock waits for it.
  const later = readdirSync(join(pagesFolder.harness(), 'assets'))
    .filter((file) => !/^(plain|react|worker|shared-worker|auth\.worker)-/.test(file))
    .map((file) => `/assets/${file}`)
  const prelude = (modules: readonly string[]) => preludeFor(now + wrongBy, dice.whole(0, 2 ** 31), modules)
  site.beforeWorker = () => prelude([])

  const places = (): readonly Place[] => [...(worker ? [worker] : []), ...tabs.map(({ place }) => place)]

  const placeOf = (inspected: Inspected, name: string) =>
    createPlace(inspected, name, name === 'worker' || !hasSharedWorker, seen)

  const settle = createSettling({ places, tabs: () => tabs, worker: () => worker, held, isBusy })

  /** Which of the worker's connections the page that was opened last has. */
  const connectionOf = async (place: Place) => {
    if (!hasSharedWorker) return -1
    const known = worker?.view.ports.posted.length ?? 0
    worker ??= await placeOf(await inspectSharedWorker(browser, site.origin), 'worker')
    while (place.view.ports.posted.length === 0 || worker.view.ports.posted.length === known)
      await Promise.all([place.look(), worker.look()])
    return worker.view.ports.posted.length - 1
  }

  const load = async (page: Page, inspected: Inspected, go: () => Promise<unknown>): Promise<void> => {
    const early = await page.addInitScript({ content: prelude(later) })
    await go()
    await early.dispose()
    loads += 1
    const place = await placeOf(inspected, `page ${loads}`)
    tabs = [...tabs, { page, inspected, place, port: await connectionOf(place) }]
    await settle()
    while (place.view.now === 'loading') await pass(A_MOMENT)
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
    /** Milliseconds until the first timer rings. */
    next: () =>
      Math.min(
        ...places().map(({ isAsleep, view: { next } }) => (isAsleep ? undefined : next) ?? Number.POSITIVE_INFINITY),
      ),

    async open(enter: (page: Page) => Promise<void> = async () => {}): Promise<void> {
      const page = await context.newPage()
      await load(page, await inspectPage(page), async () => {
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
      // First all of them: what one begins when it rings is for others of the same moment.
      await Promise.all(places().map((place) => place.pass(passed)))
      await Promise.all(places().map((place) => place.ring()))
    },
    async setClock(by: number): Promise<void> {
      wrongBy = by
      await Promise.all(places().map((place) => place.run(({ time }, wall) => time.setWall(wall), now + wrongBy)))
    },
    /** All of it, until then. On some devices the monotonic clock stands still meanwhile. */
    async sleep(until: number, monotonicGoesOn: boolean): Promise<void> {
      const passed = until - now
      now = until
      await Promise.all(
        places().map((place) =>
          place.run(
            ({ time }, missed, wall) => {
              time.skip(missed)
              time.setWall(wall)
            },
            monotonicGoesOn ? passed : 0,
            now + wrongBy,
          ),
        ),
      )
    },

    /** Resolves when nothing goes on any more but what waits for the time, or for what is held back. */
    settle,

    /** Takes the garbage away, so that what is left is in use. */
    async weigh(place: Place): Promise<Weight> {
      await place.run(({ listeners }) => listeners.expectGarbage())
      const bytes = await place.heap()
      await place.run(({ listeners }) => listeners.garbageIsGone())
      const objects = await place.objects()
      await place.look()
      return { bytes, objects }
    },
  }
}
