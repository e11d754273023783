// @vitest-environment node
import { changes, createTestProvider } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { backFromProvider, backWith, firstVisit, inAnotherTab, optionsFor, reloaded } from '../browser.ts'
import { expectSignedOut } from '../outcome.ts'
import { HOME } from '../tab.ts'
import { expectRefusedCallback } from './refused-callback.ts'

describe('A malformed or foreign response', () => {
  it.each(['code', 'state', 'iss'])('B21 with %s twice is refused, alike or not, in every spelling', async (name) => {
    const encoded = [...name].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('')
    const doubles = [
      (url: URL) => url.searchParams.append(name, url.searchParams.get(name) ?? ''),
      (url: URL) => url.searchParams.append(name, 'other'),
      (url: URL) => url.searchParams.append(name, ''),
      (url: URL) => {
        url.search += `&${name}`
      },
      (url: URL) => {
        url.search += `&${encoded}=x`
      },
      (url: URL) => {
        url.search = `?${name}=other&${url.search.slice(1)}`
      },
    ]
    for (const change of doubles) await expectRefusedCallback(await backWith(change))
  })

  it('B21 with error twice is refused', async () => {
    await expectRefusedCallback(
      await backWith((url) => {
        url.search += '&error=access_denied&error=access_denied'
      }),
    )
  })

  it.each(['code=', 'code', 'code=%00', 'code=%09x'])(
    'with %s for a code asks for no token that it could keep',
    async (code) => {
      const stage = await backWith((url) => {
        url.search = url.search.replace(/code=[^&]*/, code)
      })
      const isEmpty = /^code=?$/.test(code)
      expectSignedOut(await stage.auth.start(), isEmpty ? 'callback_invalid' : 'provider_error')
      expect(stage.provider.requestsTo('token')).toHaveLength(isEmpty ? 0 : 1)
      expect(stage.tab.url()).toBe(HOME)
    },
  )

  it('without a code, an error or anything, but with the state of a login under way, is refused', async () => {
    await expectRefusedCallback(await backWith((url) => url.searchParams.delete('code')))
    await expectRefusedCallback(
      await backWith((url) => {
        url.search = `?state=${url.searchParams.get('state')}`
      }),
    )
  })

  it.each([
    'https://evil.example',
    'https://login.example.com/',
    'https://login.example.com:443',
    'https://login.example.com/tenant',
    'https://login.example.com.evil.example',
    'https://login.example.com@evil.example',
    'HTTPS://login.example.com',
    'https://LOGIN.example.com',
    'http://login.example.com',
    ' https://login.example.com',
    'https://login.example.com ',
    'https://login.example.com\u0000',
    'https%3A%2F%2Flogin.example.com',
    'https://login.ехample.com',
    'login.example.com',
    'null',
    '',
  ])('B22 of the issuer %j is refused before the code is sent', async (iss) => {
    await expectRefusedCallback(await backWith((url) => url.searchParams.set('iss', iss)))
  })

  it('B23 without the issuer that the provider promised is refused', async () => {
    await expectRefusedCallback(await backWith((url) => url.searchParams.delete('iss')))
  })

  it('B23 without an issuer is taken from a provider that promises none', async () => {
    const stage = firstVisit()
    stage.provider.faults.discovery.once(
      changes((body) => ({ ...body, authorization_response_iss_parameter_supported: undefined })),
    )
    await stage.auth.login()
    const callback = new URL(await stage.provider.visit(stage.tab.departures[0] ?? ''))
    callback.searchParams.delete('iss')
    expect(await reloaded(stage, callback.href).auth.start()).toMatchObject({ status: 'signed-in' })
  })

  it('B25 is not taken by another client of the same issuer', async () => {
    const stage = await backFromProvider()
    const auth = stage.tab.createAuth({ ...stage.options, clientId: 'other-spa' })
    expectSignedOut(await auth.start(), 'callback_invalid')
    expect(stage.provider.requestsTo('token')).toEqual([])
  })

  it('B25 is not taken by a client whose name runs on into the issuer', async () => {
    const stage = await backFromProvider()
    const auth = stage.tab.createAuth({ ...stage.options, clientId: 'notes-spa https://login.example.com' })
    expectSignedOut(await auth.start(), 'callback_invalid')
    expect(stage.provider.requestsTo('token')).toEqual([])
  })

  it('B25 is not taken by the client of another issuer', async () => {
    const stage = await backFromProvider()
    const other = createTestProvider({ issuer: 'https://other.example' })
    const auth = stage.tab.createAuth({ ...optionsFor(other), issuer: 'https://other.example' })
    expectSignedOut(await auth.start(), 'callback_invalid')
    expect([...other.requestsTo('token'), ...stage.provider.requestsTo('token')]).toEqual([])
  })

  it.each(['', '?', '/?', '!'])('B26 in the fragment is refused, and taken off the URL: #%s', async (prefix) => {
    let right = ''
    const stage = await backWith((url) => {
      right = url.href
      url.hash = prefix + url.searchParams.toString()
      url.search = ''
    })
    expectSignedOut(await stage.auth.start(), 'callback_invalid')
    expect(stage.provider.requestsTo('token')).toEqual([])
    expect(stage.tab.url()).toBe(HOME)
    // The login is still waiting for its own callback.
    expect(await reloaded(stage, right).auth.start()).toMatchObject({ status: 'signed-in' })
  })

  it('B26 split between query and fragment is refused', async () => {
    await expectRefusedCallback(
      await backWith((url) => {
        url.hash = `code=${url.searchParams.get('code')}`
        url.searchParams.delete('code')
      }),
    )
  })

  it('B27 in the fragment, beside a right one, goes nowhere', async () => {
    const stage = await backWith((url) => {
      url.hash = 'code=attacker&access_token=attacker&error=access_denied'
    })
    expect(await stage.auth.start()).toMatchObject({ status: 'signed-in' })
    expect(JSON.stringify(stage.provider.requests.map(({ url, form }) => `${url}${form}`))).not.toContain('attacker')
    expect(stage.tab.url()).not.toContain('attacker')
  })

  it('B29 as a JWT beside a right code is refused', async () => {
    await expectRefusedCallback(await backWith((url) => url.searchParams.set('response', 'eyJhbGciOiJub25lIn0.e30.')))
    await expectRefusedCallback(await backWith((url) => url.searchParams.set('response', '')))
  })

  it('B29 as a JWT that was not asked for is refused', async () => {
    await expectRefusedCallback(
      await backWith((url) => {
        url.search = `?response=eyJhbGciOiJub25lIn0.e30.&state=${url.searchParams.get('state')}`
      }),
    )
    await expectRefusedCallback(
      await backWith((url) => {
        url.search = '?response=eyJhbGciOiJub25lIn0.e30.'
      }),
    )
  })

  it.each([
    '+/=%& ?#é"\\',
    `${'aB3+/=%& '.repeat(900)}!`,
    '%2B%252F',
    '&state=x&iss=y',
    '💥\u200b',
    '\r\n\t',
    '__proto__',
  ])('B30 with odd characters in the code reaches the token endpoint as it is: %.12j', async (code) => {
    const { auth, provider } = await backWith((url) => url.searchParams.set('code', code))
    expectSignedOut(await auth.start(), 'provider_error')
    expect(provider.requestsTo('token').map(({ form }) => form.get('code'))).toEqual([code])
  })

  it('B31 with a code of an attacker fails at PKCE', async () => {
    const attacker = await backFromProvider()
    const stolen = new URL(attacker.tab.url()).searchParams.get('code') ?? ''
    const victim = inAnotherTab(attacker)
    await victim.auth.login()
    const callback = new URL(await victim.provider.visit(victim.tab.departures[0] ?? ''))
    callback.searchParams.set('code', stolen)
    const state = await reloaded(victim, callback.href).auth.start()
    expectSignedOut(state, 'provider_error')
    expect(state).toMatchObject({ reason: { provider: { error: 'invalid_grant' } } })
    expect(victim.provider.secrets.filter((secret) => secret.startsWith('refresh-'))).toEqual([])
  })

  const HUGE: Record<string, (url: URL) => void> = {
    'one parameter of a MiB': (url) => url.searchParams.set('x', 'y'.repeat(2 ** 20)),
    'a code of a MiB': (url) => url.searchParams.set('code', 'y'.repeat(2 ** 20)),
    'a state of a MiB': (url) => url.searchParams.set('state', 'A'.repeat(2 ** 20)),
    'an error of a MiB': (url) => url.searchParams.set('error', 'e'.repeat(2 ** 20)),
    '20,000 states': (url) => {
      url.search += '&state=x'.repeat(20_000)
    },
    '100,000 parameters': (url) => {
      url.search += '&x'.repeat(100_000)
    },
    'a MiB of percent signs': (url) => {
      url.search += `&x=${'%'.repeat(2 ** 20)}`
    },
    'a MiB of ampersands': (url) => {
      url.search += '&'.repeat(2 ** 20)
    },
  }
  it.each(Object.entries(HUGE))('B35 with %s is refused', async (_, change) => {
    const stage = await backWith(change)
    await expectRefusedCallback(stage)
    expect(stage.tab.url().length).toBeLessThan(100)
  })

  it('B35 of sixty thousand letters is not yet too long', async () => {
    const stage = await backWith((url) => url.searchParams.set('x', 'y'.repeat(60_000)))
    expect(await stage.auth.start()).toMatchObject({ status: 'signed-in' })
  })
})
