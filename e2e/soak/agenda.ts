/** What is to happen, and when. */
export function createAgenda() {
  let entries: readonly { readonly at: number; readonly act: () => unknown }[] = []
  return {
    add(at: number, act: () => unknown) {
      entries = [...entries, { at, act }].sort((a, b) => a.at - b.at)
    },
    next: () => entries[0]?.at ?? Number.POSITIVE_INFINITY,
    async play(now: number) {
      for (;;) {
        const [first, ...rest] = entries
        if (!first || first.at > now) return
        entries = rest
        await first.act()
      }
    },
  }
}
