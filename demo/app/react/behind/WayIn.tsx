import { STEPS } from '../../shared/way.ts'
import { useDemo, useWatched } from '../demo.tsx'

/** What this page had to wait for until it knew who is signed in. */
export function WayIn() {
  const { way } = useDemo()
  const { steps, end, milliseconds } = useWatched(way)
  return (
    <section aria-labelledby="way">
      <div className="home-head">
        <h2 id="way">How this page came in</h2>
        <p>{milliseconds} ms</p>
      </div>
      <div className="way">
        <ol aria-labelledby="way">
          {steps.map((step, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a step has its place and may come twice
            <li key={at}>{STEPS[step]}</li>
          ))}
          {end && <li className="way-end">{end === 'signed-in' ? 'signed in' : 'signed out'}</li>}
        </ol>
        <button type="button" onClick={() => location.reload()}>
          Reload
        </button>
      </div>
    </section>
  )
}
