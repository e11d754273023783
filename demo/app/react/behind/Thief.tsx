import { useEffect, useState } from 'react'
import { letInFirst } from '../../thief/let-in-first.ts'
import { useDemo } from '../demo.tsx'
import { LootList } from './LootList.tsx'
import { useThief } from './use-thief.ts'

/** What a script that got into the page would find, found by one. */
export function Thief({ reload }: { reload: () => Promise<void> }) {
  const { auth, listening } = useDemo()
  const { busy, loot, letIn } = useThief(reload)
  const [wasFirst] = useState(listening)

  useEffect(() => {
    if (wasFirst) letIn(wasFirst)
  }, [wasFirst, letIn])

  return (
    <section aria-labelledby="thief">
      <h2 id="thief">What a script in this page can read</h2>
      <ul className="troubles">
        <li>
          <button type="button" onClick={() => letIn(undefined)} disabled={busy}>
            {busy ? 'Searching…' : 'Let a thief in'}
          </button>
          <p>
            It searches objects and storage, taps network and messages while a token is renewed, and asks the worker.
            What it finds is named, and goes nowhere.
          </p>
        </li>
        <li>
          <button type="button" onClick={letInFirst} disabled={busy}>
            Let it in first
          </button>
          <p>The same, after a reload with the thief in the page before the app.</p>
        </li>
      </ul>
      {loot && <LootList loot={loot} home={auth.home} />}
    </section>
  )
}
