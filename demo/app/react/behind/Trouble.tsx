import { useState } from 'react'
import { problemOf } from '../../shared/problem.ts'
import type { Switch } from '../../trouble/switch.ts'
import { useDemo, useWatched } from '../demo.tsx'
import { SessionNow } from './SessionNow.tsx'

/** Faults that pass, to be played, and what becomes of the session meanwhile. */
export function Trouble({ reload }: { reload: () => Promise<void> }) {
  const [atProvider, onDevice] = useDemo().switches
  const switches = [...useWatched(atProvider), ...useWatched(onDevice)]
  const [failure, setFailure] = useState<string>()

  const press = async (one: Switch) => {
    setFailure(undefined)
    await one.press(reload).catch((error) => setFailure(problemOf(error).words))
  }

  return (
    <section aria-labelledby="trouble">
      <h2 id="trouble">Make trouble</h2>
      <SessionNow />
      <ul className="troubles">
        {switches.map((one, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a switch has its place, and changes its name
          <li key={at}>
            <button
              type="button"
              onClick={() => press(one)}
              disabled={one.mode === 'running'}
              aria-pressed={one.mode === 'on' ? true : undefined}
            >
              {one.name}
            </button>
            <p>{one.about}</p>
          </li>
        ))}
      </ul>
      {failure && <p role="alert">{failure}</p>}
    </section>
  )
}
