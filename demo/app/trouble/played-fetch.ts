import { issuer } from 'virtual:demo-servers'
import type { Device } from './device.ts'

/** `fetch` on a device that may have lost its network: it fails as a browser's does. The first to notice is a request to the provider. */
export function playedFetch(device: Device): typeof fetch {
  // Like Latchkey: the one that was there at the start, whoever replaces it later.
  const send = globalThis.fetch
  let noticed = 0
  return async (input, init) => {
    const { offlineUntil } = await device.latest()
    const url = input instanceof Request ? input.url : String(input)
    if (url.startsWith(issuer)) noticed = offlineUntil
    if (noticed === offlineUntil && device.rightTime() < offlineUntil) throw new TypeError('Failed to fetch')
    return send(input, init)
  }
}
