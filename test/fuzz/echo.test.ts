// @vitest-environment node
import fc from 'fast-check'
import type { Fault } from 'latchkey/testing'
import { expect, it } from 'vitest'
import { leaksIn } from '../leaks.ts'
import { HOME } from '../tab.ts'
import { forAll, LONG } from './fuzz.ts'
import { attempts } from './sign-in.ts'

/** RFC 6749 A.11: a code is made of any characters that can be seen. */
const code = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((letter) => String.fromCharCode(letter)),
  minLength: 8,
  maxLength: 60,
})
const around = fc.constantFrom('', ' ', ', ', 'code=', '"', ': ', '<b>', '%20', '!')
const echoed = fc.array(fc.constantFrom('code', 'code_verifier', 'state', 'nonce'), { minLength: 1, maxLength: 3 })
const spelling = fc.constantFrom<((text: string) => string)[]>((text) => text, encodeURIComponent)

it('C19 What a provider says of an error is told without the code, verifier, state or nonce in it', {
  timeout: LONG,
}, async () => {
  const next = attempts({ provider: { algorithm: 'ES256' } })
  await forAll(80, fc.tuple(code, echoed, spelling, around, around), async ([own, names, spelt, before, between]) => {
    const attempt = await next()
    const secrets: Record<string, string> = { code: own, state: attempt.state, nonce: attempt.nonce }
    const fault: Fault = async (request) => {
      secrets.code_verifier = new URLSearchParams(await request.text()).get('code_verifier') ?? ''
      const error_description = before + names.map((name) => spelt(secrets[name] ?? '')).join(between)
      return new Response(JSON.stringify({ error: 'invalid_grant', error_description }), {
        status: 400,
        headers: { 'access-control-allow-origin': '*' },
      })
    }
    attempt.provider.faults.token.once(fault)
    const query = new URLSearchParams({ code: own, state: attempt.state, iss: 'https://login.example.com' })
    expect(await attempt.finish(`${HOME}?${query}`)).toBe('provider_error')
    const { state } = attempt.auth()
    const described = state.status === 'signed-out' ? state.reason?.provider : undefined
    expect(described).toMatchObject({ error: 'invalid_grant' })
    expect(leaksIn([described], Object.values(secrets))).toEqual([])
  })
})
