// @vitest-environment node
import { expect, it } from 'vitest'
import { comingBackWith } from '../coming-back.ts'
import { reasonOf } from '../outcome.ts'

it('D43, I12 A user inherits nothing in a copy that an app makes of it either', async () => {
  const hostile = '"__proto__":{"isAdmin":true},"address":{"__proto__":{"isAdmin":true}}'
  const { state } = await comingBackWith({ payload: (json) => `{${hostile},${json.slice(1)}` })
  if (state.status !== 'signed-in') throw reasonOf(state)
  const { user } = state.session
  expect((Object.assign({}, user) as { isAdmin?: unknown }).isAdmin).toBeUndefined()
  expect((Object.assign({}, user.address) as { isAdmin?: unknown }).isAdmin).toBeUndefined()
  const inLoop: Record<string, unknown> = {}
  for (const name in user) inLoop[name] = user[name]
  expect(inLoop.isAdmin).toBeUndefined()
})
