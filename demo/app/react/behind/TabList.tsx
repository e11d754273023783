import { urlWith } from '../../auth/home.ts'
import { useDemo, useWatched } from '../demo.tsx'

/** This tab and its neighbours, each as it tells of itself. */
export function TabList() {
  const { home, tabs } = useDemo()
  const { own, all } = useWatched(tabs)
  return (
    <section aria-labelledby="tabs">
      <div className="home-head">
        <h2 id="tabs">Open tabs</h2>
        {/* Its own process and memory: nothing is handed on. */}
        <a href={urlWith(home)} target="_blank" rel="noopener">
          Open another tab
        </a>
      </div>
      <ul className="tabs" aria-labelledby="tabs">
        {all.map((tab) => (
          <li key={tab.id} className={tab.number === own ? 'tab-own' : undefined}>
            <b>Tab {tab.number}</b>
            <span>{tab.who}</span>
            <small>
              {tab.number === own && 'this one, '}
              {tab.home}
            </small>
          </li>
        ))}
      </ul>
    </section>
  )
}
