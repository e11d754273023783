import type { Wire } from './wire.ts'

const SO_FAR = 'so far?'

/** In a worker: what went over the network, to every page that watches. */
export function tellWire(wire: Wire, worker: string): void {
  const channel = new BroadcastChannel(`notes wire ${worker}`)
  const tell = () => channel.postMessage(wire.get())
  wire.subscribe(tell)
  channel.onmessage = ({ data }) => data === SO_FAR && tell()
}

/** In a page: what the worker's requests are, besides the page's own. */
export function followWire(wire: Wire, worker: string): void {
  const channel = new BroadcastChannel(`notes wire ${worker}`)
  channel.onmessage = ({ data }) => data !== SO_FAR && wire.follow(data)
  channel.postMessage(SO_FAR)
}
