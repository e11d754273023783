import { api } from 'virtual:demo-servers'
import { useCallback, useRef, useState } from 'react'
import type { Listening } from '../../thief/listen-in.ts'
import type { Loot } from '../../thief/steal.ts'
import { apiRefuses } from '../../trouble/servers.ts'
import { useDemo } from '../demo.tsx'

/** One thief at a time; what it came by is shown until the next. */
export function useThief(call: () => Promise<void>) {
  const { home } = useDemo()
  const [loot, setLoot] = useState<Loot>()
  const [busy, setBusy] = useState(false)
  const inside = useRef(false)

  const letIn = useCallback(
    async (listening: Listening | undefined) => {
      if (inside.current) return
      inside.current = true
      setBusy(true)
      setLoot(undefined)
      const { steal } = await import('../../thief/steal.ts')
      const renew = () => apiRefuses('once').then(call)
      setLoot(await steal(home, { listening, api, renew, call }).catch(() => undefined))
      setBusy(false)
      inside.current = false
    },
    [home, call],
  )
  return { busy, loot, letIn }
}
