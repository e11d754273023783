import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react'
import type { openDemo } from '../shared/open-demo.ts'
import type { Listening } from '../thief/listen-in.ts'

/** What only a demo needs: a look behind the scenes. An app of your own has none of it. */
interface Demo extends Awaited<ReturnType<typeof openDemo>> {
  /** A thief that was here first. */
  readonly listening: Listening | undefined
}

const DemoContext = createContext<Demo | undefined>(undefined)

export function DemoProvider({ demo, children }: { demo: Demo; children: ReactNode }) {
  return <DemoContext value={demo}>{children}</DemoContext>
}

export function useDemo(): Demo {
  const demo = useContext(DemoContext)
  if (!demo) throw new Error('useDemo needs <DemoProvider> around it')
  return demo
}

export function useWatched<Value>(watched: {
  get: () => Value
  subscribe: (listener: () => void) => () => void
}): Value {
  return useSyncExternalStore(watched.subscribe, watched.get)
}
