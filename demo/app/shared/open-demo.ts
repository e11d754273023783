import { withEvents } from 'latchkey/events'
import { chosenHome } from '../auth/home.ts'
import type { App } from '../auth/notes-options.ts'
import { openAuth } from '../auth/open-auth.ts'
import { createRenewal } from '../trouble/create-renewal.ts'
import { createDevice } from '../trouble/device.ts'
import { createDeviceSwitches } from '../trouble/device-switches.ts'
import { createProviderSwitches } from '../trouble/provider-switches.ts'
import { logArrival } from './logging-fetch.ts'
import { createTabs } from './tabs.ts'
import { createTimeline } from './timeline.ts'
import { watchWay } from './way.ts'
import { createWire } from './wire.ts'

/** The auth of the chosen home, and whoever watches it. Nothing is started yet. */
export async function openDemo(app: App) {
  const device = createDevice(sessionStorage)
  const wire = createWire()
  logArrival(wire)
  const home = chosenHome()
  const timeline = createTimeline()
  const auth = withEvents(await openAuth(home, app, wire, device), timeline.tell)
  timeline.watchAttempts(auth)
  const renewal = createRenewal(auth, timeline)
  return {
    auth,
    device,
    home,
    wire,
    timeline,
    renewal,
    way: watchWay(auth),
    tabs: createTabs(auth),
    switches: [createProviderSwitches(renewal, timeline), createDeviceSwitches(device, renewal, timeline)] as const,
  }
}
