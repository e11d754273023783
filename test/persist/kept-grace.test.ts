// @vitest-environment node
import { held } from 'latchkey/testing'
import { expect, it } from 'vitest'
import { API } from '../api-calls.ts'
import { settled, sleep } from '../clock.ts'
import { LOST, withGrace } from '../failures/lost.ts'
import { beside, type Keeping, keptSession } from './keeping.ts'

/** A provider of another site, as most are: hidden frames see no cookies. It has a period of grace for refresh tokens. */
async function spending(): Promise<Keeping> {
  const stage = await keptSession({ options: { restore: ['redirect'] } })
  const provider = withGrace(60_000, LOST['an answer that comes too late'])
  const token = held()
  stage.provider.faults.token.once(async (request, normally) => {
    await token(request, async () => new Response())
    return provider(request, normally)
  })
  const other = await beside(stage)
  sleep(601_000)
  stage.tab.focus()
  stage.auth.authFetch(API).catch(() => {})
  await token.asked
  token.release()
  await settled()
  stage.provider.faults.token.always(provider)
  return { ...other, store: stage.store }
}

it('G17 a tab that dies in mid-refresh signs the others out of no provider that has a period of grace', async () => {
  const other = await spending()
  other.store.kill()
  other.tab.focus()
  expect((await other.auth.authFetch(API)).status).toBe(200)
  expect(other.auth.state.status).toBe('signed-in')
})
