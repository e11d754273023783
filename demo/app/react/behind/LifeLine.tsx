import { useTokenLife } from './use-token-life.ts'

/** The token's life as a thin line, in sight while the rest is scrolled away. */
export function LifeLine() {
  const life = useTokenLife()
  return (
    <div className="life-line" aria-hidden="true">
      <span style={{ transform: `scaleX(${life?.left ?? 0})` }} />
    </div>
  )
}
