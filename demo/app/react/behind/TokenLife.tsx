import { useDemo, useWatched } from '../demo.tsx'
import { useRenewal } from '../use-renewal.ts'
import { type Life, useTokenLife } from './use-token-life.ts'

export function TokenLife() {
  const life = useTokenLife()
  const isDegraded = useRenewal()?.status === 'degraded'
  const { refreshes } = useWatched(useDemo().wire)
  return (
    <section aria-labelledby="token-life">
      <h2 id="token-life">Access token</h2>
      <div className="life-figures">
        <p>
          <strong>{life ? life.secondsLeft : '–'}</strong> seconds left
        </p>
        <p>
          <strong>{refreshes}</strong> {refreshes === 1 ? 'silent refresh' : 'silent refreshes'}
        </p>
      </div>
      <div className="life-bar" key={life?.expiresAt}>
        <span style={{ transform: `scaleX(${life?.left ?? 0})` }} />
      </div>
      <p className="hint">{wordsFor(life, isDegraded)}</p>
    </section>
  )
}

function wordsFor(life: Life | undefined, isDegraded: boolean): string {
  if (!life) return 'The provider did not say how long this token lives.'
  if (life.secondsLeft > 0 && isDegraded)
    return 'Renewing it fails at the moment. You stay signed in; Latchkey keeps trying.'
  if (life.secondsLeft > 0) return 'Renewed before it runs out. The notebook is not told, as nothing changes for it.'
  return 'Run out, and no new one yet. You stay signed in; Latchkey keeps trying.'
}
