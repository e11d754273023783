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

/** The script that runs in a page or worker before any other. The modules are those that are loaded when they are needed. */
export const preludeFor = (wall: number, seed: number, modules: readonly string[]): string => `(() => {
  const time = (${installVirtualTime})(${wall})
  const tasks = (${watchTasks})()
  const ports = (${watchPorts})(tasks)
  const locks = (${watchLocks})(tasks)
  const listeners = (${watchListeners})()
  const modulesAreLoaded = () => Promise.all(${JSON.stringify(modules)}.map((url) => import(url)))
  const ledger = (${installLedger})({ time, tasks, listeners, ports, locks }, modulesAreLoaded)
  Math.random = (${seededRandom})(${seed})
  Object.assign(globalThis, { soaked: { time, listeners, ledger } })
})();
`
