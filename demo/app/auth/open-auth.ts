import type { Auth } from 'latchkey'
import type { Wire } from '../shared/wire.ts'
import type { Device } from '../trouble/device.ts'
import type { Home } from './home.ts'
import type { App } from './notes-options.ts'

type OpenAuth = (app: App, wire: Wire, device: Device) => Auth

/** Only what is chosen is loaded: with a worker, the page gets no line of the protocol's code. */
const MODULES: Readonly<Record<Home, () => Promise<{ readonly openAuth: OpenAuth }>>> = {
  page: () => import('./auth.page.ts'),
  worker: () => import('./auth.dedicated.ts'),
  'shared-worker': () => import('./auth.shared.ts'),
}

export async function openAuth(home: Home, app: App, wire: Wire, device: Device): Promise<Auth> {
  return (await MODULES[home]()).openAuth(app, wire, device)
}
