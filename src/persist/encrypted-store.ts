import type { SessionStore } from '../contract/options.ts'
import { createDatabase } from './database.ts'
import { createTurns } from './turns.ts'

interface Sealed {
  readonly iv: Uint8Array<ArrayBuffer>
  readonly text: ArrayBuffer
}

/**
 * Keeps a text in IndexedDB, encrypted (AES-GCM) under a key that no script can read, though every script of the origin can use
 * it. For pages and workers alike. What cannot be deciphered was not kept; `load` and `save` reject where the database does not work.
 */
export function encryptedStore(): SessionStore {
  const transaction = createDatabase('latchkey-session')

  /** Two tabs may make one at the same time: the first to be written down is the key of both. */
  const keyFor = async (name: string): Promise<CryptoKey> => {
    const found = await transaction<CryptoKey>((kept, answer) => {
      whenDone(kept.get(keyName(name)), answer)
    })
    if (found) return found
    const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
    const first = await transaction<CryptoKey>((kept, answer) => {
      // One that is there already stays, and its being there aborts nothing.
      kept.add(made, keyName(name)).onerror = (event) => event.preventDefault()
      whenDone(kept.get(keyName(name)), answer)
    })
    return first ?? made
  }

  const forget: SessionStore['forget'] = async (name) => {
    await transaction((kept) => {
      kept.delete(sessionName(name))
      kept.delete(keyName(name))
    })
  }

  return {
    alone: createTurns(transaction),
    forget,

    async load(name) {
      let key: CryptoKey | undefined
      const sealed = await transaction<Sealed>((kept, answer) => {
        whenDone<CryptoKey>(kept.get(keyName(name)), (found) => {
          key = found
        })
        whenDone(kept.get(sessionName(name)), answer)
      })
      if (!key || !sealed) return undefined
      try {
        return new TextDecoder().decode(await crypto.subtle.decrypt(cipher(name, sealed.iv), key, sealed.text))
      } catch {
        return undefined
      }
    },

    async save(name, session) {
      try {
        const key = await keyFor(name)
        // NIST SP 800-38D 8.2.2: 96 random bits, new each time.
        const iv = crypto.getRandomValues(new Uint8Array(12))
        const text = await crypto.subtle.encrypt(cipher(name, iv), key, new TextEncoder().encode(session))
        await transaction((kept) => {
          // A key that is gone was forgotten meanwhile, and the session with it.
          whenDone(kept.count(keyName(name)), (keys) => {
            if (keys) kept.put({ iv, text } satisfies Sealed, sessionName(name))
          })
        })
      } catch (error) {
        // What stands there still is spent: better none.
        await forget(name).catch(() => {})
        throw error
      }
    },
  }
}

const keyName = (name: string) => `key ${name}`
const sessionName = (name: string) => `session ${name}`

const cipher = (name: string, iv: Uint8Array<ArrayBuffer>): AesGcmParams => ({
  name: 'AES-GCM',
  iv,
  additionalData: new TextEncoder().encode(name),
})

function whenDone<Result>(request: IDBRequest<Result>, step: (result: Result) => void) {
  request.onsuccess = () => step(request.result)
}
