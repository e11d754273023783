import { type AuthError, isRetriable } from 'latchkey'
import { expect } from 'vitest'
import { advance, settled } from '../clock.ts'
import { refusal } from '../outcome.ts'
import { WORDS, type Word } from './table.ts'

const FIVE_SECONDS = 5_000
const TEN_SECONDS = 10_000
const ONE_MINUTE = 60_000

/** How something ends for which the clock may have to run, for a minute at the most. */
export async function inTime<Value>(action: Promise<Value>): Promise<Value> {
  let isOver = false
  const over = action.finally(() => {
    isOver = true
  })
  over.catch(() => {})
  await Promise.race([over, settled()]).catch(() => {})
  for (let passed = 0; !isOver && passed < ONE_MINUTE; passed += TEN_SECONDS) await advance(TEN_SECONDS)
  expect(isOver, 'came to its end within a minute').toBe(true)
  return over
}

/** The refusal that the word of the table stands for, with what the provider said, and whether asking again has any sense. */
export async function expectRefusedAs(word: Word, action: Promise<unknown>, said?: string): Promise<AuthError> {
  const error = await inTime(refusal(action))
  const [code, again] = WORDS[word]
  expect(error.code, error.message).toBe(code)
  expect(error.provider?.error).toBe(said)
  expect(isRetriable(error) ? 'retriable' : 'for good').toBe(again)
  return error
}

/** The clock runs until it is so, for twenty minutes at the most: longer than any pause between two attempts. */
export async function soon(isSo: () => boolean): Promise<void> {
  if (!isSo()) await advance(FIVE_SECONDS)
  for (let minute = 0; !isSo() && minute < 20; minute += 1) await advance(ONE_MINUTE)
  expect(isSo(), `within twenty minutes: ${isSo}`).toBe(true)
}
