import { held, unauthorized } from 'latchkey/testing'
import { test } from '../world/freezing.ts'
import { expect, inEveryHome, status } from '../world/homes.ts'
import { leave } from '../world/hostile.ts'
import { beginCall } from '../world/waiting-call.ts'

const TIMEOUT = 2_500
const LONGER = 3_500

inEveryHome(() => {
  test('G17 G22 a page that is frozen in mid-refresh, for longer than an answer may take: what has come meanwhile counts', async ({
    page,
    hostile,
    enter,
    freeze,
    thaw,
  }) => {
    await enter({ timeout: TIMEOUT })
    const refresh = held()
    hostile.provider.faults.token.once(refresh)
    hostile.provider.faults.api.once(() => unauthorized('Bearer error="invalid_token"'))
    const outcome = await beginCall(page, `${hostile.api}/notes`)
    await refresh.asked
    await freeze()
    refresh.release()
    await page.waitForTimeout(LONGER)
    await thaw()
    expect(await outcome()).toBe(200)
    await expect(status(page)).toHaveText('signed in as ada')
    expect(hostile.provider.requestsTo('token')).toHaveLength(2)
    expect(hostile.provider.reuses()).toBe(0)
  })
})

test('G22 a page that is frozen in mid-exchange is signed in when it is let go on', async ({
  page,
  hostile,
  visit,
  freeze,
  thaw,
}) => {
  await visit({ timeout: TIMEOUT })
  const exchange = held()
  hostile.provider.faults.token.once(exchange)
  await leave(page)
  await exchange.asked
  await freeze()
  exchange.release()
  await page.waitForTimeout(LONGER)
  await thaw()
  await expect(status(page)).toHaveText('signed in as ada')
  expect(hostile.provider.requestsTo('token')).toHaveLength(1)
})
