// @vitest-environment node
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { metrics } from '@opentelemetry/api'
import { type LogRecord, logs, SeverityNumber } from '@opentelemetry/api-logs'
import { type DataPoint, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import type { AuthEvent } from 'latchkey/events'
import { breaks } from 'latchkey/testing'
import { expect, it, onTestFinished, vi } from 'vitest'
import { firstVisit } from '../browser.ts'
import { advance, counted, settled, sleep } from '../clock.ts'
import { expectRefusal } from '../outcome.ts'
import { wake } from '../refreshing.ts'
import { createMonitor } from './example/monitoring.ts'
import { windowsOpen } from './fake-window.ts'

const EXAMPLES = ['monitoring.ts', 'auth.ts']

/** Exports nothing by itself. */
class Reader extends MetricReader {
  protected async onForceFlush() {}
  protected async onShutdown() {}
}

/** An OpenTelemetry SDK, as an app registers one. */
function registered() {
  const reader = new Reader()
  const provider = new MeterProvider({ readers: [reader] })
  metrics.setGlobalMeterProvider(provider)
  const records: LogRecord[] = []
  logs.setGlobalLoggerProvider({
    getLogger: () => ({ emit: (record) => void records.push(record), enabled: () => true }),
  })
  onTestFinished(() => {
    metrics.disable()
    logs.disable()
    return provider.shutdown()
  })
  const points = async (name: string) => {
    const { resourceMetrics } = await reader.collect()
    const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics)
    const found = all.filter(({ descriptor }) => descriptor.name === name)
    return found.flatMap(({ dataPoints }) => dataPoints as DataPoint<unknown>[])
  }
  return { records, points }
}

it.each(EXAMPLES)('docs/events.md quotes %s as it is run here', (name) => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/events.md'), 'utf8')
  const code = readFileSync(join(import.meta.dirname, 'example', name), 'utf8')
  expect(page).toContain(`\`\`\`ts\n// ${name}\n${code}\`\`\``)
})

it('The example counts, measures and logs with the SDK of OpenTelemetry', async () => {
  const { records, points } = registered()
  const { provider, tab } = firstVisit()
  vi.stubGlobal('fetch', counted(provider.fetch))
  const { auth } = await import('./example/auth.ts')
  onTestFinished(() => auth.dispose())
  await auth.start()
  await expectRefusal(auth.authFetch('https://evil.example/'), 'api_not_allowed')
  const window = windowsOpen()
  const login = auth.login({ mode: 'popup' })
  await settled()
  sleep(5_000)
  await window.signIn(provider)
  await login
  await advance(1_800_000)
  provider.faults.token.once(breaks)
  sleep(601_000)
  wake(tab)
  await settled()
  wake(tab)
  await settled()
  await auth.logout()

  const here = { home: 'page' }
  const counts = (await points('auth.events')).map(({ attributes, value }) => [attributes, value])
  const refreshed = records.filter(({ eventName }) => eventName === 'auth.refreshed').length
  expect(refreshed).toBeGreaterThan(2)
  expect(counts).toEqual([
    [{ ...here, type: 'request_refused', verb: 'authFetch', code: 'api_not_allowed' }, 1],
    [{ ...here, type: 'login_started', mode: 'popup' }, 1],
    [{ ...here, type: 'login_finished', mode: 'popup' }, 1],
    [{ ...here, type: 'refreshed' }, refreshed],
    [{ ...here, type: 'degraded', code: 'network' }, 1],
    [{ ...here, type: 'recovered' }, 1],
    [{ ...here, type: 'ended', why: 'logout' }, 1],
  ])
  const [signIn] = await points('auth.duration')
  expect(signIn).toMatchObject({ attributes: { type: 'login_finished' }, value: { count: 1, sum: 5_000 } })
  expect(records[0]).toEqual({
    eventName: 'auth.request_refused',
    timestamp: expect.any(Number),
    severityNumber: SeverityNumber.WARN,
    attributes: { ...here, type: 'request_refused', verb: 'authFetch', code: 'api_not_allowed' },
  })
  expect(records.at(-1)).toMatchObject({ eventName: 'auth.ended', severityNumber: SeverityNumber.INFO })
})

it('The example counts what every tab of a shared worker tells in those that can be seen', async () => {
  const { records } = registered()
  const { tab } = firstVisit()
  const monitor = createMonitor()
  const refreshed: AuthEvent = { type: 'refreshed', at: 0, home: 'shared-worker' }
  Object.defineProperty(tab.window().document, 'visibilityState', { value: 'hidden', configurable: true })
  monitor(refreshed)
  monitor({ type: 'login_started', mode: 'redirect', at: 0, home: 'shared-worker' })
  monitor({ ...refreshed, home: 'page' })
  Object.defineProperty(tab.window().document, 'visibilityState', { value: 'visible' })
  monitor(refreshed)
  expect(records.map(({ attributes }) => attributes)).toEqual([
    { type: 'login_started', mode: 'redirect', home: 'shared-worker' },
    { type: 'refreshed', home: 'page' },
    { type: 'refreshed', home: 'shared-worker' },
  ])
})
