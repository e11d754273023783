import {
  answers,
  breaksMidway,
  type Fault,
  hangs,
  losesTheAnswer,
  showsAPage,
  truncates,
  withoutCors,
} from 'latchkey/testing'

/** Does what the server was asked for; then this becomes of the answer. */
const inPlaceOfIt =
  (fault: Fault): Fault =>
  async (request, normally) => {
    await normally()
    return fault(request, normally)
  }

/** How the answer to a refresh gets lost that the provider has made: the refresh token is spent, and the next one never came. */
export const LOST = {
  'a reset': losesTheAnswer,
  'a reset amid the body': breaksMidway,
  'a proxy that cuts it off': truncates,
  'a proxy that answers 502': inPlaceOfIt(answers(502)),
  'a portal that answers in its place': inPlaceOfIt(showsAPage()),
  'an answer that comes too late': inPlaceOfIt(hangs),
  'an answer without CORS headers': withoutCors,
} as const satisfies Record<string, Fault>

/** A provider that gives the same answer once more for so many milliseconds, to who shows the same refresh token again. */
export function withGrace(milliseconds: number, first: Fault): Fault {
  const given = new Map<string, { readonly answer: Response; readonly until: number }>()
  let isFirst = true
  return async (request, normally) => {
    const token = new URLSearchParams(await request.clone().text()).get('refresh_token') ?? ''
    const before = given.get(token)
    const answer = before && before.until > Date.now() ? before.answer : await normally()
    given.set(token, { answer: answer.clone(), until: before?.until ?? Date.now() + milliseconds })
    const fault = isFirst ? first : undefined
    isFirst = false
    return fault ? fault(request, async () => answer) : answer
  }
}
