import type { Tasks } from './tasks.ts'

/** How many wait for a lock that all pages share, and whether it is held here. */
export type Locks = Readonly<Record<string, { readonly waiting: number; readonly held: number }>>

/** Needs nothing around it but what it is given, as `installVirtualTime`. */
export function watchLocks({ step, work }: Tasks): Locks {
  const locks: Record<string, { waiting: number; held: number }> = {}
  const { LockManager } = globalThis
  const { request } = LockManager.prototype as { request: (...given: unknown[]) => Promise<unknown> }
  LockManager.prototype.request = function (this: LockManager, name: string, ...given: unknown[]) {
    locks[name] ??= { waiting: 0, held: 0 }
    const count = locks[name]
    const use = given.pop() as LockGrantedCallback<unknown>
    // Whoever takes it only if it is free gets an answer at once.
    const { ifAvailable } = Object(given[0]) as LockOptions
    let isWaiting = !ifAvailable
    let begins = () => {}
    const begun = new Promise<void>((resolve) => {
      begins = () => {
        if (isWaiting) count.waiting -= 1
        isWaiting = false
        resolve()
      }
    })
    step()
    if (ifAvailable) void work('lock', begun)
    else count.waiting += 1
    const granted = async (lock: Lock | null) => {
      step()
      begins()
      if (!lock) return use(lock)
      count.held += 1
      return Promise.resolve(use(lock)).finally(() => {
        step()
        count.held -= 1
      })
    }
    const over = request.call(this, name, ...given, granted)
    over.then(begins, begins)
    return over
  } as typeof LockManager.prototype.request
  return locks
}
