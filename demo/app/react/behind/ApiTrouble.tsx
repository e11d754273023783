import { useEffect, useState } from 'react'
import { apiRefuses } from '../../trouble/servers.ts'
import { useDemo } from '../demo.tsx'

/** What the API can do to a token that is good. */
export function ApiTrouble({ reload }: { reload: () => Promise<void> }) {
  const { renewal } = useDemo()
  const [refusing, setRefusing] = useState(false)
  const [failed, setFailed] = useState(false)

  useEffect(() => {
    if (!refusing) return
    const relent = () => void apiRefuses('none').catch(() => undefined)
    addEventListener('pagehide', relent)
    return () => {
      removeEventListener('pagehide', relent)
      relent()
    }
  }, [refusing])

  const make = async (act: Promise<void>) => {
    setFailed(false)
    await act.catch(() => setFailed(true))
  }
  const expire = () => make(renewal.ready().then(() => renewal.begin(reload)))
  const refuse = () =>
    make(
      apiRefuses(refusing ? 'none' : 'always').then(() => {
        setRefusing(!refusing)
        return reload()
      }),
    )

  return (
    <section aria-labelledby="api-trouble">
      <h2 id="api-trouble">Have the token refused</h2>
      <ul className="troubles">
        <li>
          <button type="button" onClick={expire}>
            Expire now
          </button>
          <p>
            The API refuses the token once. Watch for one refresh and the same request again; your notes never flicker.
          </p>
        </li>
        <li>
          <button type="button" onClick={refuse} aria-pressed={refusing}>
            API says 401
          </button>
          <p>
            {refusing
              ? 'On: every request is refused. Press again to stop.'
              : 'The API refuses every token. Watch for one new token at most, then a plain error and no loop.'}
          </p>
        </li>
      </ul>
      {failed && <p role="alert">The notes API cannot be reached.</p>}
    </section>
  )
}
