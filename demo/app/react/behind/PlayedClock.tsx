import { useDemo, useWatched } from '../demo.tsx'

/** Where nobody is signed in there are no switches: who has played with the clock finds the way back here. */
export function PlayedClock() {
  const { device } = useDemo()
  const { clockOff } = useWatched(device)
  if (clockOff === 0) return null
  return (
    <section aria-labelledby="clock">
      <h2 id="clock">The clock of this device</h2>
      <div className="way">
        <p className="hint">Played: it is an hour {clockOff < 0 ? 'behind' : 'ahead'}.</p>
        <button type="button" onClick={() => device.play({ clockOff: 0 })}>
          Set it right
        </button>
      </div>
    </section>
  )
}
