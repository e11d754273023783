// docs/decisions/0005: a tab in another process may still read the mark that another vault has replaced.
import { expect, it } from 'vitest'
import { createSharedMark } from '../../src/channel/shared-mark.ts'

it('a mark that was replaced by somebody else does not come back with a page that reads storage late', () => {
  const mark = createSharedMark(() => {})
  const shared = mark.shared('latchkey session x')
  mark.heard('first')
  mark.heard('second')
  mark.heard('first')
  expect(shared.read()).toBe('second')
})
