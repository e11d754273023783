import { timeOf } from '../../shared/timeline.ts'
import type { WireEntry } from '../../shared/wire.ts'
import { useDemo, useWatched } from '../demo.tsx'

export function WireLog() {
  const { entries } = useWatched(useDemo().wire)
  return (
    <section aria-labelledby="wire">
      <h2 id="wire">On the wire</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <ol className="wire" tabIndex={0} aria-labelledby="wire">
        {entries.map((entry) => (
          <WireLine key={entry.id} entry={entry} />
        ))}
      </ol>
      <p className="hint">Names only: tokens, codes and verifiers never get as far as this list.</p>
    </section>
  )
}

function WireLine({ entry }: { entry: WireEntry }) {
  const { at, method, target, note, grant, answer } = entry
  return (
    <li className={`wire-${mood(answer?.status)}`}>
      <time dateTime={new Date(at).toISOString()}>{timeOf(at)}</time>
      <p>
        <b>{method}</b> {target}
      </p>
      <span className="wire-answer">{answer ? `${answer.status === 'none' ? 'no answer' : answer.status}` : '…'}</span>
      <span className="wire-ms">{answer && `${answer.ms} ms`}</span>
      {grant && <p className="wire-grant">{grant}</p>}
      {note && <p className="wire-note">{note}</p>}
    </li>
  )
}

function mood(status: number | 'none' | undefined): 'waiting' | 'good' | 'bad' {
  if (status === undefined) return 'waiting'
  return status !== 'none' && status < 400 ? 'good' : 'bad'
}
