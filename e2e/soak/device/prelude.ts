import { seededRandom } from '../dice.ts'
import { installLedger, type Ledger } from './ledger.ts'
import { installVirtualTime, type VirtualTime } from './virtual-time.ts'

/** What the test finds in every page and worker. */
export interface Soaked {
  readonly time: VirtualTime
  readonly ledger: Ledger
}

/** The script that runs in a page or worker before any other. */
export const preludeFor = (wall: number, seed: number): string => `(() => {
  const time = (${installVirtualTime})(${wall})
  const ledger = (${installLedger})(time)
  Math.random = (${seededRandom})(${seed})
  Object.assign(globalThis, { soaked: { time, ledger } })
})();
`
