import type { Page } from '@playwright/test'
import type { Inspected } from './devtools.ts'
import type { Place } from './place.ts'

export interface Tab {
  readonly page: Page
  readonly inspected: Inspected
  readonly place: Place
  /** Which of the worker's connections is its. */
  readonly port: number
}
