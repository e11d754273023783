import { setTimeout as sleep } from 'node:timers/promises'

const HALF_A_MINUTE = 30_000

/**
 * Waits until the answer is as it should be, and answers it. A page that is on its way elsewhere has no answer, which is none either.
 */
export async function until<Answer>(
  what: string,
  ask: () => Answer | Promise<Answer>,
  isRight: (answer: Answer) => boolean = Boolean,
  milliseconds = HALF_A_MINUTE,
): Promise<Answer> {
  const end = Date.now() + milliseconds
  for (;;) {
    let last: string
    try {
      const answer = await ask()
      if (isRight(answer)) return answer
      last = JSON.stringify(answer)
    } catch (error) {
      last = String(error)
    }
    if (Date.now() > end) throw new Error(`${what}: not so after ${milliseconds} ms; the last answer was ${last}`)
    await sleep(100)
  }
}
