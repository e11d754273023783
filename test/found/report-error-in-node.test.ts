// @vitest-environment node
import { createTestAuth } from 'latchkey/testing'
import { expect, it, vi } from 'vitest'

it('a listener that throws harms no other where there is no reportError, as in Node and jsdom', () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {})
  const auth = createTestAuth()
  let heard = 0
  auth.subscribe(() => {
    throw new Error('mine')
  })
  auth.subscribe(() => {
    heard += 1
  })
  expect(() => auth.expire()).not.toThrow()
  expect(heard).toBe(1)
  expect(said).toHaveBeenCalledTimes(1)
})
