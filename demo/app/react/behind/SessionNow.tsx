import { timeOf } from '../../shared/timeline.ts'
import { useDemo, useWatched } from '../demo.tsx'
import { useRenewal } from '../use-renewal.ts'

/** How it stands with the session, and how it came to that. */
export function SessionNow() {
  const { timeline } = useDemo()
  const moments = useWatched(timeline)
  const renewal = useRenewal()
  return (
    <div className="session-now">
      <p>
        Signed in, tokens{' '}
        <strong className={`renewal-${renewal?.status}`}>
          {renewal?.status === 'degraded'
            ? `degraded since ${timeOf(renewal.since)}, ${renewal.code}`
            : renewal?.status}
        </strong>
      </p>
      <ol className="timeline" aria-label="What happened to the session">
        {moments.slice(0, 5).map(({ id, at, words, mood }) => (
          <li key={id} className={`mood-${mood}`}>
            <time dateTime={new Date(at).toISOString()}>{timeOf(at)}</time> {words}
          </li>
        ))}
      </ol>
    </div>
  )
}
