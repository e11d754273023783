import type { Browser } from './engines/engine.ts'
import type { Wish, World } from './world.ts'

export interface Scenario extends Wish {
  readonly name: string
  /** Why it cannot be played in this browser. */
  readonly obstacle?: (browser: Browser) => string | undefined
  /** Rejects where anything is not as it should be. May answer in a few words how this engine does it, where engines may differ. */
  readonly play: (world: World) => Promise<string | undefined>
}
