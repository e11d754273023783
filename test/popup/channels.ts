/** BroadcastChannels that a test can count (HTML 9.5): Node's own does not post while `crypto.subtle` is watched. */
export function countedChannels() {
  const open = new Set<Channel>()

  class Channel {
    onmessage: ((event: { readonly data: unknown }) => void) | undefined

    constructor(readonly name: string) {
      open.add(this)
    }

    postMessage(message: unknown): void {
      if (!open.has(this)) throw new DOMException('The channel is closed', 'InvalidStateError')
      for (const other of [...open].filter(({ name }) => name === this.name)) {
        if (other === this) continue
        const data = structuredClone(message)
        queueMicrotask(() => open.has(other) && other.onmessage?.({ data }))
      }
    }

    close(): void {
      open.delete(this)
    }
  }

  return { Channel, count: () => open.size }
}
