/**
 * What the tabs share (docs/decisions/0005), for a vault that cannot read their storage: each call brings along what the page reads there.
 * A page may still read, or have posted, what this vault has replaced meanwhile; that is not news.
 */
export function createSharedMark(post: (mark: string) => void) {
  let present = ''
  let name = ''
  const replaced = new Set<string>()
  const listeners = new Set<() => void>()
  return {
    name: () => name,
    heard(mark: string) {
      if (mark === present || replaced.has(mark)) return
      replaced.add(present)
      present = mark
      for (const listener of [...listeners]) listener()
    },
    shared(as: string) {
      name = as
      return {
        read: () => present,
        write(mark: string) {
          replaced.add(present)
          present = mark
          post(mark)
        },
        onChange(listener: () => void, gone: AbortSignal) {
          listeners.add(listener)
          gone.addEventListener('abort', () => listeners.delete(listener))
        },
      }
    },
  }
}
