import type { User } from 'latchkey'
import { ApiTrouble } from './ApiTrouble.tsx'
import { HomeSwitch } from './HomeSwitch.tsx'
import { TabList } from './TabList.tsx'
import { Thief } from './Thief.tsx'
import { TokenLife } from './TokenLife.tsx'
import { Trouble } from './Trouble.tsx'
import { WayIn } from './WayIn.tsx'
import { WhoAmI } from './WhoAmI.tsx'
import { WireLog } from './WireLog.tsx'

export function Behind({ user, reload }: { user: User; reload: () => Promise<void> }) {
  return (
    <aside className="behind" aria-label="Behind the lock">
      <HomeSwitch />
      <TokenLife />
      <TabList />
      <Trouble reload={reload} />
      <ApiTrouble reload={reload} />
      <WayIn />
      <Thief reload={reload} />
      <WireLog />
      <WhoAmI user={user} />
      <p className="behind-foot">
        <a href="/vue.html">The same app in Vue</a>
      </p>
    </aside>
  )
}
