import { chosenHome } from '../auth/home.ts'
import type { App } from '../auth/notes-options.ts'
import { openAuth } from '../auth/open-auth.ts'
import { logArrival } from './logging-fetch.ts'
import { createTabs } from './tabs.ts'
import { watchWay } from './way.ts'
import { createWire } from './wire.ts'

/** The auth of the chosen home, and whoever watches it. Nothing is started yet. */
export async function openDemo(app: App) {
  const wire = createWire()
  logArrival(wire)
  const home = chosenHome()
  const auth = await openAuth(home, app, wire)
  return { auth, home, wire, way: watchWay(auth), tabs: createTabs(auth) }
}
