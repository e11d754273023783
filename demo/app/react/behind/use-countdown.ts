import { useEffect, useState } from 'react'

/** Whole seconds until a moment that `start` sets. */
export function useCountdown() {
  const [secondsLeft, setSecondsLeft] = useState(0)
  const [until, setUntil] = useState(0)
  useEffect(() => {
    if (until === 0) return
    const timer = setInterval(() => {
      const left = Math.max(0, Math.ceil((until - Date.now()) / 1000))
      setSecondsLeft(left)
      if (left === 0) setUntil(0)
    }, 250)
    return () => clearInterval(timer)
  }, [until])
  const start = (seconds: number) => {
    setSecondsLeft(seconds)
    setUntil(Date.now() + seconds * 1000)
  }
  return [secondsLeft, start] as const
}
