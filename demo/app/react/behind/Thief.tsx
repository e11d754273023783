import { api } from 'virtual:demo-servers'
import { useState } from 'react'
import { nameOf } from '../../auth/home.ts'
import type { Find, Loot } from '../../thief/steal.ts'
import { useDemo } from '../demo.tsx'
import { createTrouble } from './create-trouble.ts'

/** What a script that got into the page would find, found by one. */
export function Thief({ reload }: { reload: () => Promise<void> }) {
  const { auth, home } = useDemo()
  const [loot, setLoot] = useState<Loot>()
  const [busy, setBusy] = useState(false)

  const letIn = async () => {
    setBusy(true)
    const { steal } = await import('../../thief/steal.ts')
    const trouble = createTrouble()
    const renew = () => trouble.apiRefuses('once').then(reload)
    setLoot(await steal(home, { api, renew, call: reload }))
    setBusy(false)
  }

  return (
    <section aria-labelledby="thief">
      <h2 id="thief">What a script in this page can read</h2>
      <div className="thief-ask">
        <button type="button" onClick={letIn} disabled={busy}>
          {busy ? 'Searching…' : 'Let a thief in'}
        </button>
        <p>
          It looks through objects and storage, taps the network functions and messages while a token is renewed, and
          asks the worker. It names what it finds and sends it nowhere.
        </p>
      </div>
      {loot && (
        <div className="loot" role="status">
          <ul>{loot.finds.map(Row)}</ul>
          <p className={loot.secrets.length > 0 ? 'loot-bad' : 'loot-good'}>{verdict(loot, nameOf(auth.home))}</p>
          {loot.requestSent && <p>It could use the app’s authFetch, as long as this page is open.</p>}
        </div>
      )}
    </section>
  )
}

function Row({ place, secrets, note }: Find) {
  return (
    <li key={place} className={secrets.length > 0 ? 'loot-bad' : 'loot-good'}>
      <p>
        {place} <small>{note}</small>
      </p>
      <b>{secrets.length > 0 ? secrets.join(', ') : 'no token'}</b>
    </li>
  )
}

function verdict({ secrets }: Loot, home: string): string {
  if (secrets.length === 0) return `${home}: it leaves without a token.`
  return `${home}: it leaves with ${new Intl.ListFormat('en').format(secrets)}.`
}
