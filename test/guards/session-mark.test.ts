// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { createSessionMark } from '../../src/vault/session-mark.ts'

/** What all tabs can read and write; each write is kept. */
function sharedText() {
  const written: string[] = []
  return {
    written,
    read: () => written.at(-1) ?? '',
    write: (next: string) => void written.push(next),
    onChange() {},
  }
}

const hashIn = (mark = '') => mark.split('.')[1]

describe('The mark that tabs share', () => {
  it('J09 tells of a sign-out those who joined while another joined, too', async () => {
    const text = sharedText()
    const [one, other, third] = [createSessionMark(text), createSessionMark(text), createSessionMark(text)]
    await Promise.all([one.join('ada'), other.join('ada'), third.join('grace')])
    await Promise.all([one.join('ada'), other.join('ada')])
    createSessionMark(text).end()
    expect([one, other].map(({ isOver }) => isOver())).toEqual([true, true])
  })

  it('J09 is not put back by one who joins while somebody signs out: that reaches the others, and the next one all', async () => {
    const text = sharedText()
    const other = createSessionMark(text)
    await other.join('ada')
    const one = createSessionMark(text)
    const joining = one.join('ada')
    createSessionMark(text).end()
    await joining
    expect([one.isOver(), other.isOver()]).toEqual([false, true])
    createSessionMark(text).end()
    expect(one.isOver()).toBe(true)
  })

  it('J09 tells of each of two sign-outs, though the same person has signed in again after it', async () => {
    const text = sharedText()
    for (const _ of [1, 2, 3]) {
      const one = createSessionMark(text)
      await one.join('ada')
      createSessionMark(text).end()
      await createSessionMark(text).join('ada')
      expect(one.isOver()).toBe(true)
    }
  })

  it('K10 has another hash of the same person after each sign-out', async () => {
    const text = sharedText()
    const hashes = new Set<string | undefined>()
    for (const _ of [1, 2, 3]) {
      await createSessionMark(text).join('ada')
      hashes.add(hashIn(text.read()))
      createSessionMark(text).end()
    }
    expect(hashes.size).toBe(3)
  })
})
