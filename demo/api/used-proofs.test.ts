// @vitest-environment node
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createUsedProofs } from './used-proofs.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: 0 })
})

afterEach(() => {
  vi.useRealTimers()
})

it('M12 knows a proof again, of one key', () => {
  const used = createUsedProofs()
  expect(used.spend('key', '1')).toBe('new')
  expect(used.spend('key', '1')).toBe('used')
  expect(used.spend('key', '2')).toBe('new')
  expect(used.spend('other', '1')).toBe('new')
})

it('M12 forgets nothing to make room', () => {
  const used = createUsedProofs({ keys: 2, proofs: 2 })
  expect(['1', '2', '3', '1', '2'].map((jti) => used.spend('key', jti))).toEqual([
    'new',
    'new',
    'too many',
    'used',
    'used',
  ])
  expect(used.spend('other', '1')).toBe('new')
  expect(used.spend('third', '1')).toBe('too many')
  expect(used.spend('other', '2')).toBe('new')
})

it('M12 has room again when time has passed', () => {
  const used = createUsedProofs({ keys: 2, proofs: 2 })
  used.spend('key', '1')
  vi.setSystemTime(40_000)
  used.spend('key', '2')
  used.spend('other', '1')
  vi.setSystemTime(69_999)
  expect(used.spend('key', '1')).toBe('used')
  expect(used.spend('key', '3')).toBe('too many')
  vi.setSystemTime(70_000)
  expect(used.spend('key', '3')).toBe('new')
  expect(used.spend('key', '2')).toBe('used')
  expect(used.spend('third', '1')).toBe('too many')
  vi.setSystemTime(110_000)
  expect(used.spend('third', '1')).toBe('new')
  expect(used.spend('key', '3')).toBe('used')
  expect(used.spend('fourth', '1')).toBe('too many')
})
