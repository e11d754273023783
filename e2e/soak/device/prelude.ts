import { seededRandom } from '../dice.ts'
import { installLedger, type Ledger } from './ledger.ts'
import { type Listeners, watchListeners } from './listeners.ts'
import { watchLocks } from './locks.ts'
import { watchPorts } from './ports.ts'
import { watchTasks } from './tasks.ts'
import { installVirtualTime, type VirtualTime } from './virtual-time.ts'

/** What the test finds in every page and worker. */
export interface Soaked {
  readonly time: VirtualTime
  readonly listeners: Listeners
  readonly ledger: Ledger
}

/** The script that runs in a page or worker before any other. */
export const preludeFor = (wall: number, seed: number): string => `(() => {
  const time = (${installVirtualTime})(${wall})
  const tasks = (${watchTasks})()
  const ports = (${watchPorts})(tasks)
  const locks = (${watchLocks})(tasks)
  const listeners = (${watchListeners})()
  const ledger = (${installLedger})({ time, tasks, listeners, ports, locks })
  Math.random = (${seededRandom})(${seed})
  Object.assign(globalThis, { soaked: { time, listeners, ledger } })
})();
`
