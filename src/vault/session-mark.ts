import { base64url, hashOf, randomText } from '../provider/encoding.ts'
import type { SharedText } from './home.ts'

/**
 * What the tabs of one browser tell each other: a text in storage that they share, new with every logout and every person.
 * Without the `sub` nobody can tell from it who is signed in, and whoever forges it can do no more than sign people out.
 */
export interface SessionMark {
  /** Somebody signs in here: the session of the other tabs goes on if it is the same person's. */
  readonly join: (sub: string) => Promise<void>
  /** Signs out every other tab. */
  readonly end: () => void
  /** Whether a logout, or another person's login, has come since this tab joined. */
  readonly isOver: () => boolean
}

export function createSessionMark({ read, write }: SharedText): SessionMark {
  let joined = ''
  const leave = (mark: string) => {
    joined = mark
    write(mark)
  }
  const markOf = async (salt: string, sub: string) => `${salt}.${base64url(await hashOf('256', `${salt}.${sub}`))}`
  const join = async (sub: string): Promise<void> => {
    // Written at once, for another tab in which somebody comes back in the same moment.
    if (!read()) write(`${randomText()}.`)
    const before = read()
    const mark = await markOf(before.split('.')[0] ?? '', sub)
    // What another tab has left meanwhile is not to be covered up: it may be a sign-out.
    if (read() === before) leave(mark)
    else await join(sub)
  }
  return {
    join,
    end: () => leave(`${randomText()}.`),
    // A mark that is gone was cleared by somebody who meant something else.
    isOver() {
      const mark = joined && read()
      return !!mark && mark !== joined
    },
  }
}
