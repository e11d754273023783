// @vitest-environment node
import { expect, it } from 'vitest'
import { firstVisit } from '../browser.ts'

it.each([
  ['acrValues', 'evil', 'acr_values'],
  ['scope', 'evil', 'scope'],
  ['maxAge', 1, 'max_age'],
] as const)(
  'A18, I11 What stands on Object.prototype as %s is no part of a challenge',
  async (name, value, parameter) => {
    const { auth, tab } = firstVisit()
    const stepUp = name === 'maxAge' ? { acrValues: 'gold' } : { maxAge: 60 }
    Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true })
    try {
      await auth.login({ stepUp })
    } finally {
      Reflect.deleteProperty(Object.prototype, name)
    }
    expect(new URL(tab.departures[0] ?? '').searchParams.get(parameter) ?? '').not.toMatch(/evil|^1$/)
  },
)
