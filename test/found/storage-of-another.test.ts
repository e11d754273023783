// A database of this name without the store, made by another script or another build, must not end all logins.
import { expect, it, vi } from 'vitest'
import { indexedDbShelf } from '../../src/vault/indexed-db-shelf.ts'
import { fakeIndexedDb } from '../homes/fake-indexed-db.ts'

it('a database that is there without its store is put right', async () => {
  const indexedDB = fakeIndexedDb()
  vi.stubGlobal('indexedDB', indexedDB)
  await new Promise((resolve) => {
    const opening = indexedDB.open('latchkey', 1)
    opening.onsuccess = () => {
      opening.result.close()
      resolve(undefined)
    }
  })
  expect(await indexedDbShelf('latchkey login ').put('state', { verifier: 'v' })).toBe(true)
})
