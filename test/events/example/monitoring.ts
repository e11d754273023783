import { metrics } from '@opentelemetry/api'
import { logs, SeverityNumber } from '@opentelemetry/api-logs'
import type { AuthEvent } from 'latchkey/events'

// All tabs of a shared worker tell these: let the one that people look at count them.
const OF_THE_SESSION = ['refreshed', 'degraded', 'recovered', 'ended']
const isOneOfMany = ({ type, home }: AuthEvent) =>
  home === 'shared-worker' && OF_THE_SESSION.includes(type) && document.visibilityState === 'hidden'

const isTrouble = (event: AuthEvent) =>
  /failed|degraded|refused/.test(event.type) || (event.type === 'ended' && 'code' in event)

/** To be called once the SDK is registered: a meter that was asked for before counts nothing. */
export function createMonitor() {
  const meter = metrics.getMeter('notes')
  const events = meter.createCounter('auth.events')
  const durations = meter.createHistogram('auth.duration', { unit: 'ms' })
  const logger = logs.getLogger('notes')

  return (event: AuthEvent) => {
    if (isOneOfMany(event)) return
    const { at, type, home = 'unknown', ...details } = event
    const { milliseconds, ...words } = { milliseconds: undefined, ...details }
    // Every one of these is a word of a short list, so that they are good for labels.
    const attributes = { type, home, ...words }
    events.add(1, attributes)
    if (milliseconds !== undefined) durations.record(milliseconds, attributes)
    logger.emit({
      eventName: `auth.${type}`,
      timestamp: at,
      severityNumber: isTrouble(event) ? SeverityNumber.WARN : SeverityNumber.INFO,
      attributes,
    })
  }
}
