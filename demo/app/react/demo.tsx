import type { Auth } from 'latchkey'
import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react'
import type { DemoConfig } from '../shared/demo-config.ts'
import type { Wire, WireState } from '../shared/wire.ts'

/** What only a demo needs: a look behind the scenes. An app of your own has none of it. */
interface Demo {
  readonly auth: Auth
  readonly config: DemoConfig
  readonly wire: Wire
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

export function useWire(): WireState {
  const { wire } = useDemo()
  return useSyncExternalStore(wire.subscribe, wire.get)
}
