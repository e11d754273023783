/** Resolves at the next outcome, or after so many milliseconds. */
type NextOutcome = (milliseconds?: number) => Promise<void>

/** What those who wait for a renewal wait for, that it has come to its end, however; and how they are told. */
export function createOutcomes(): readonly [NextOutcome, () => void] {
  const waiting = new Set<() => void>()
  const next: NextOutcome = (milliseconds) =>
    new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        waiting.delete(end)
        resolve()
      }
      const timer = milliseconds && setTimeout(end, milliseconds)
      waiting.add(end)
    })
  const tell = () => {
    for (const end of [...waiting]) end()
  }
  return [next, tell]
}
