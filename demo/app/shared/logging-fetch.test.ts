import { beforeEach, describe, expect, it, vi } from 'vitest'
import { logArrival, loggingFetch } from './logging-fetch.ts'
import { createWire } from './wire.ts'

const SECRET = 'mW9uDq-not-for-eyes'
const FORM = { grant_type: 'refresh_token', refresh_token: SECRET, client_id: 'notes-spa' }
const TOKEN_URL = 'http://localhost:5172/token'

const wire = createWire()
const send = vi.fn<typeof fetch>()

beforeEach(() => {
  send.mockReset().mockResolvedValue(new Response(`{"access_token":"${SECRET}"}`))
})

function newest() {
  expect(JSON.stringify(wire.get())).not.toContain(SECRET)
  return wire.get().entries[0]
}

describe('the log of the wire', () => {
  const body = new URLSearchParams(FORM)
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8' }
  it.each([
    ['a form', TOKEN_URL, { method: 'POST', body }],
    ['a form as text', TOKEN_URL, { method: 'POST', headers, body: body.toString() }],
    ['a Request', new Request(TOKEN_URL, { method: 'POST', headers, body: body.toString() }), undefined],
  ])('names the fields of %s and no value but the grant type', async (_, input, init) => {
    await loggingFetch(wire, send)(input, init)
    expect(newest()).toMatchObject({
      method: 'POST',
      target: 'localhost:5172/token',
      grant: 'refresh_token',
      note: 'form: grant_type, refresh_token, client_id',
      answer: { status: 200 },
    })
  })

  it('shows that a token was sent, not which', async () => {
    const headers = { Authorization: `Bearer ${SECRET}` }
    await loggingFetch(wire, send)(new Request(`http://localhost:5171/notes?q=${SECRET}`, { headers }))
    expect(newest()).toMatchObject({ target: 'localhost:5171/notes', note: 'Authorization: Bearer •••' })
  })

  it('names what a callback brought', () => {
    history.replaceState(null, '', `/?code=${SECRET}&state=${SECRET}`)
    logArrival(wire)
    expect(newest()).toMatchObject({ note: 'query: code, state' })
  })

  it('passes the request on as it came, and the failure back', async () => {
    const init = { method: 'DELETE' }
    const failure = new TypeError('Failed to fetch')
    send.mockRejectedValue(failure)
    await expect(loggingFetch(wire, send)('http://localhost:5171/notes', init)).rejects.toBe(failure)
    expect(send).toHaveBeenCalledExactlyOnceWith('http://localhost:5171/notes', init)
    expect(newest()).toMatchObject({ method: 'DELETE', answer: { status: 'none' } })
  })

  it('counts the refreshes that worked', async () => {
    const before = wire.get().refreshes
    await loggingFetch(wire, send)(TOKEN_URL, { method: 'POST', body })
    send.mockResolvedValue(new Response(null, { status: 503 }))
    await loggingFetch(wire, send)(TOKEN_URL, { method: 'POST', body })
    expect(wire.get().refreshes).toBe(before + 1)
  })
})
