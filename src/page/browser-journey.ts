import { browserRoad } from './browser-road.ts'
import type { Ground } from './ground.ts'
import { createJourney, type Journey } from './journey.ts'

/** What a page loads when it has somewhere to go. */
export const createBrowserJourney = (ground: Omit<Ground, 'road'>): Journey =>
  createJourney({ ...ground, road: browserRoad() })
