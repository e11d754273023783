import { type Home, nameOf } from '../../auth/home.ts'
import type { Find, Loot } from '../../thief/steal.ts'

export function LootList({ loot, home }: { loot: Loot; home: Home | undefined }) {
  return (
    <div className="loot" role="status">
      <ul>{loot.finds.map(Row)}</ul>
      <p className={loot.secrets.length > 0 ? 'loot-bad' : 'loot-good'}>{verdict(loot, nameOf(home))}</p>
      {loot.requestSent && <p>It could use the app’s authFetch, as long as this page is open.</p>}
    </div>
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
