import { useEffect, useState } from 'react'
import { problemOf } from '../../shared/problem.ts'
import { createTrouble } from './create-trouble.ts'
import { useCountdown } from './use-countdown.ts'

const OUTAGE_SECONDS = 20

export function Trouble({ reload }: { reload: () => Promise<void> }) {
  const [trouble] = useState(createTrouble)
  const [refusing, setRefusing] = useState(false)
  const [secondsDown, startCountdown] = useCountdown()
  const [failure, setFailure] = useState<string>()

  useEffect(() => {
    if (!refusing) return
    const relent = () => void trouble.apiRefuses('none').catch(() => undefined)
    addEventListener('pagehide', relent)
    return () => {
      removeEventListener('pagehide', relent)
      relent()
    }
  }, [refusing, trouble])

  const make = async (act: () => Promise<void>) => {
    setFailure(undefined)
    await act().catch((error) => setFailure(problemOf(error).words))
  }
  const expire = () => make(() => trouble.apiRefuses('once').then(() => reload()))
  const refuse = () =>
    make(async () => {
      await trouble.apiRefuses(refusing ? 'none' : 'always')
      setRefusing(!refusing)
      await reload()
    })
  const takeDown = () =>
    make(async () => {
      await trouble.providerDown(OUTAGE_SECONDS)
      startCountdown(OUTAGE_SECONDS)
      if (!refusing) await trouble.apiRefuses('once')
      await reload()
    })

  return (
    <section aria-labelledby="trouble">
      <h2 id="trouble">Make trouble</h2>
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
        <li>
          <button type="button" onClick={takeDown} disabled={secondsDown > 0}>
            {secondsDown > 0 ? `Down, ${secondsDown} s` : 'Provider down'}
          </button>
          <p>
            For {OUTAGE_SECONDS} s nothing can be renewed, and the API refuses the old token. Watch it wait, then heal
            by itself; you stay signed in.
          </p>
        </li>
      </ul>
      {failure && <p role="alert">{failure}</p>}
    </section>
  )
}
