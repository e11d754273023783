import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { TimedProviderOptions, Wish } from './timed-provider.ts'

export interface ProviderProcess {
  readonly tell: (wish: Wish) => Promise<void>
  readonly close: () => Promise<void>
}

export async function startProviderProcess(options: TimedProviderOptions): Promise<ProviderProcess> {
  const child = fork(join(import.meta.dirname, 'provider-process.mjs'), [JSON.stringify(options)])
  await done(child)
  return {
    async tell(wish) {
      child.send(wish)
      await done(child)
    },
    async close() {
      child.disconnect()
      await once(child, 'exit')
    },
  }
}

async function done(child: ChildProcess): Promise<void> {
  const over = new AbortController()
  const died = once(child, 'exit', { signal: over.signal }).then(() => {
    throw new Error('The provider has died.')
  })
  await Promise.race([once(child, 'message', { signal: over.signal }), died]).finally(() => over.abort())
}
