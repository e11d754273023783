import { type Fault, type SeenRequest, unauthorized } from 'latchkey/testing'
import type { Stage } from './browser.ts'

export const API = 'https://api.example.com/'
export const EXPIRED = 'Bearer error="invalid_token", error_description="expired"'

export const challenge =
  (header: string, status = 401): Fault =>
  () =>
    unauthorized(header, status)

/** How often tokens were asked for since the login. */
export const refreshes = ({ provider }: Stage): number => provider.requestsTo('token').length - 1

export const toApi = ({ provider }: Stage): readonly SeenRequest[] => provider.requestsTo('api')

export const first = ([seen]: readonly SeenRequest[]): SeenRequest => {
  if (!seen) throw new Error('Nothing was sent.')
  return seen
}
