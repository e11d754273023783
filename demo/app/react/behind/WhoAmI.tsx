import type { User } from 'latchkey'
import { useAuth } from 'latchkey/react'

export function WhoAmI({ user }: { user: User }) {
  const { state } = useAuth()
  const scope = state.status === 'signed-in' ? state.session.scope : []
  return (
    <section aria-labelledby="who">
      <h2 id="who">Who you are to this page</h2>
      <dl className="claims">
        {Object.entries(user).map(([claim, value]) => (
          <div key={claim}>
            <dt>{claim}</dt>
            <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
          </div>
        ))}
        <div>
          <dt>scope granted</dt>
          <dd>{scope.join(', ')}</dd>
        </div>
      </dl>
    </section>
  )
}
