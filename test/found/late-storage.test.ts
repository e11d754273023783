// What IndexedDB does after the five seconds must not be done any more: the caller was told that nothing is kept.
import { expect, it, vi } from 'vitest'
import { indexedDbShelf } from '../../src/vault/indexed-db-shelf.ts'
import { fakeIndexedDb } from '../homes/fake-indexed-db.ts'

it('I02 a verifier that could not be written down in time is not written down later', async () => {
  vi.useFakeTimers()
  const real = fakeIndexedDb()
  let goOn = () => {}
  const slow = {
    open(name: string, version?: number) {
      const late: Record<string, unknown> = { result: undefined }
      goOn = () => {
        const opening = real.open(name, version)
        opening.onupgradeneeded = () => {
          late.result = opening.result
          ;(late.onupgradeneeded as () => void)?.()
        }
        opening.onsuccess = () => {
          late.result = opening.result
          ;(late.onsuccess as () => void)?.()
        }
      }
      return late
    },
  }
  vi.stubGlobal('indexedDB', slow)
  const putting = indexedDbShelf('latchkey login ').put('state', { verifier: 'v' })
  await vi.advanceTimersByTimeAsync(5_000)
  expect(await putting).toBe(false)
  goOn()
  await vi.advanceTimersByTimeAsync(100)
  vi.stubGlobal('indexedDB', real)
  const looking = indexedDbShelf('latchkey login ').look('state')
  await vi.advanceTimersByTimeAsync(100)
  expect(await looking).toBeUndefined()
  vi.useRealTimers()
})
