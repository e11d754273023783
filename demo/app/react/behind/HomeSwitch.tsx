import { aboutHome, HOMES, nameOf, urlWith } from '../../auth/home.ts'
import { useDemo } from '../demo.tsx'

/** The same app with its tokens in one place or another. */
export function HomeSwitch() {
  const { auth, home } = useDemo()
  return (
    <section className="home" aria-labelledby="home">
      <div className="home-head">
        <h2 id="home">Where the tokens live</h2>
        <p>
          in use: <strong>{nameOf(auth.home)}</strong>
        </p>
      </div>
      <nav className="homes" aria-labelledby="home">
        {HOMES.map((one) => (
          <a key={one.home} href={urlWith(one.home)} aria-current={one.home === home ? 'true' : undefined}>
            {one.name}
          </a>
        ))}
      </nav>
      <p className="hint">{aboutHome(auth.home ?? home)}</p>
    </section>
  )
}
