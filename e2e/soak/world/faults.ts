import type { Exchange } from './exchange.ts'

/** What becomes of a request to the provider. */
export interface Fault {
  readonly name: string
  /** Whether the answer, if there is one, brings no tokens. */
  readonly fails: boolean
  readonly play: (exchange: Exchange) => void | Promise<void>
}

const LONGER_THAN_ANYBODY_WAITS = 60_000

const refusal = (status: number, headers = {}) => ({
  status,
  headers: { 'content-type': 'text/html', ...headers },
  body: `<!doctype html><h1>${status}</h1>`,
})

const fault = (name: string, play: Fault['play']): Fault => ({ name, fails: true, play })

export const unavailable = fault('503', ({ answer }) => answer(refusal(503)))

export const tooManyFor = (seconds: number) =>
  fault('429, Retry-After in seconds', ({ answer }) => answer(refusal(429, { 'retry-after': `${seconds}` })))

/** The date is told by the provider's clock, which is right. */
export const tooManyUntil = (seconds: number) =>
  fault('429, Retry-After as a date', ({ answer, now }) =>
    answer(refusal(429, { 'retry-after': new Date(now + seconds * 1_000).toUTCString() })),
  )

export const captivePortal = fault('HTML page', ({ answer }) => answer(refusal(200)))

export const withoutCors = fault('no CORS headers', ({ answer }) =>
  answer({ ...refusal(502), headers: { 'access-control-allow-origin': 'https://example.com' } }),
)

export const neverAnswered = fault('never answered', async ({ hold, breakOff }) => {
  await hold(LONGER_THAN_ANYBODY_WAITS)
  breakOff()
})

export const answerLost = fault('answer lost', async ({ forward, breakOff }) => {
  await forward()
  breakOff()
})

export const answerHeldBack = fault('answer never sent', async ({ forward, hold, breakOff }) => {
  await forward()
  await hold(LONGER_THAN_ANYBODY_WAITS)
  breakOff()
})

export const answerBrokenOff = fault('half an answer', async ({ forward, breakOff }) => breakOff(await forward()))

export const late = (milliseconds: number): Fault => ({
  name: 'late answer',
  fails: false,
  async play({ forward, hold, answer }) {
    const late = await forward()
    await hold(milliseconds)
    answer(late)
  },
})
