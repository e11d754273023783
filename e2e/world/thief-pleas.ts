import type { Places } from './thief.ts'

/** Runs in the page, so it brings along all it needs. What it says to the worker, in its own words and in others. */
export function thinkUp(): void {
  const NAMES = [
    'hello',
    'connect',
    'beginLogin',
    'redeemLogin',
    'userInfo',
    'accessToken',
    'fetch',
    'pull',
    'cancel',
    'framed',
    'wake',
    'bye',
  ]
  const STRANGE = [
    '',
    'token',
    'tokens',
    'getAccessToken',
    'refreshToken',
    'refresh',
    'session',
    'state',
    'subscribe',
    'client',
    'settings',
    'configure',
    'dump',
    'debug',
    'eval',
    'import',
    'constructor',
    '__proto__',
    'prototype',
    'toString',
    'hasOwnProperty',
    'then',
  ]
  const { thief } = window
  // None of the app's own requests has such a number.
  let lastRequest = 2_000_000_000

  thief.pleas = ({ api, issuer, stranger }: Places) => {
    const call = (name: string, argument?: unknown, more: object = {}) => ({ name, argument, mark: undefined, ...more })
    const request = (url: unknown, members: object = {}, more: object = {}) => {
      lastRequest += 1
      return call('fetch', {
        id: lastRequest,
        repeatable: 'repeatable',
        members: { url, ...members },
        headers: [],
        body: undefined,
        ...more,
      })
    }
    let deep: object = {}
    for (let depth = 0; depth < 500; depth += 1) deep = { deep }
    const HOSTILE: Readonly<Record<string, unknown>> = {
      nothing: undefined,
      null: null,
      'not a number': Number.NaN,
      text: 'x',
      url: api,
      'a list': [api],
      'an empty object': {},
      'a huge list': Array(100_000).fill('x'),
      'a huge text': 'x'.repeat(1_000_000),
      deep,
      'a map': new Map([['exposeAccessToken', true]]),
      'a date': new Date(0),
      'an error': new Error('x'),
      'a proxy': new Proxy({}, { get: () => 'x' }),
      'a function': { toString: () => api },
      'a getter': {
        get id() {
          return 1
        },
        get exposeAccessToken() {
          return true
        },
      },
      'a prototype': JSON.parse('{"__proto__": {"exposeAccessToken": true, "apis": [{"url": "http://localhost"}]}}'),
      'a constructor': JSON.parse('{"constructor": {"prototype": {"exposeAccessToken": true}}}'),
      settings: {
        exposeAccessToken: true,
        issuer: stranger,
        apis: [{ url: stranger }],
        clientId: 'thief',
        fetch: 'fetch',
      },
    }
    const messages: Record<string, unknown> = {
      'a text': 'accessToken',
      'a number': 1,
      'nothing at all': undefined,
      'a list': ['accessToken', api],
      'an event': { type: 'accessToken', url: api },
      'JSON-RPC': { jsonrpc: '2.0', method: 'accessToken', params: [api] },
      comlink: { id: 'x', type: 'GET', path: ['accessToken'] },
      'a call with more to it': call('accessToken', api, { exposeAccessToken: true }),
      'a call with a prototype': JSON.parse(
        '{"id": 1, "name": "accessToken", "argument": "x", "mark": "", "__proto__": {"port": 1}}',
      ),
      'another version': call('hello', 2),
      'a version before the first': call('hello', 0),
      'a half version': call('hello', 1.5),
      'the token': call('accessToken', api),
      'the token for anywhere': call('accessToken', stranger),
      'the token for the provider': call('accessToken', `${issuer}/token`),
      'a login of another client': call('beginLogin', { parameters: { client_id: 'thief' } }),
      'a login that ends elsewhere': call('beginLogin', { parameters: { redirect_uri: stranger } }),
      'a login with a verifier of its own': call('beginLogin', { parameters: { code_challenge: 'x'.repeat(43) } }),
      'a login with a known state': call('beginLogin', { parameters: { state: 'x'.repeat(43), nonce: 'x' } }),
      'a login that answers tokens': call('beginLogin', {
        parameters: { response_type: 'token id_token', response_mode: 'fragment' },
      }),
      'a login elsewhere': call('beginLogin', { parameters: {}, issuer: stranger }),
      'an answer that nobody waits for': call('redeemLogin', `?code=thief&state=${'x'.repeat(43)}&iss=${issuer}`),
      'an answer without a state': call('redeemLogin', '?code=thief'),
      'an answer that holds tokens': call('redeemLogin', '?access_token=x&id_token=y&token_type=Bearer&state=x'),
      'an answer with a prototype': call('redeemLogin', '?__proto__=x&state=__proto__&code=x'),
      'a frame that nobody asked for': call('framed', { id: 1, url: `${location.origin}/?code=thief&state=x` }),
      'a request to a stranger': request(`${stranger}/thief`),
      'a request to the token endpoint': request(
        `${issuer}/token`,
        { method: 'POST' },
        { body: new Blob(['grant_type=refresh_token&client_id=notes-spa']) },
      ),
      'a request to the UserInfo endpoint': request(`${issuer}/userinfo`),
      'a request to this origin': request('/thief'),
      'a request to no URL': request(undefined),
      'a request to an object': request({ href: `${api}/notes` }),
      'a request to a look-alike': request(`${api}.stranger.example/`),
      'a request to a name before an at': request(`${api}@${new URL(stranger).host}/`),
      'a request to another scheme': request(`data:text/plain,${api}`),
      'a request to another port': request(`http://localhost:1/${api}`),
      'a request with a header of its own': request(
        `${api}/notes`,
        {},
        { headers: [['Authorization', 'Bearer thief']] },
      ),
      'a request with two': request(
        `${api}/notes`,
        {},
        {
          headers: [
            ['authorization', 'a'],
            ['AUTHORIZATION', 'b'],
          ],
        },
      ),
      'a request without CORS': request(`${api}/notes`, { mode: 'no-cors' }),
      'a request that navigates': request(`${api}/notes`, { mode: 'navigate' }),
      'a request to be echoed': request(`${api}/notes`, { method: 'TRACE' }),
      'a request with a prototype': request(`${api}/notes`, JSON.parse(`{"__proto__": {"url": "${stranger}/thief"}}`)),
      'a request with more to it': request(`${api}/notes`, {}, { url: `${stranger}/thief` }),
      'a request with members of its own': request(`${api}/notes`, {
        url: `${stranger}/thief`,
        window: null,
        duplex: 'half',
        priority: 'high',
        client: {},
      }),
      'a request with more headers than any': request(
        `${api}/notes`,
        {},
        { headers: Array(1_000).fill(['x-own', 'x']) },
      ),
      'a request with headers that are none': request(`${api}/notes`, {}, { headers: [['x', 1]] }),
      'a request with a strange body': request(`${api}/notes`, { method: 'POST' }, { body: new Map() }),
      'a piece of what others read': call('pull', 1),
      'the end of what others read': call('cancel', 1_234_567),
    }
    for (const name of STRANGE)
      for (const argument of [undefined, api])
        messages[`${name || 'no name'} of ${argument ?? 'nothing'}`] = call(name, argument)
    for (const name of NAMES)
      for (const [label, argument] of Object.entries(HOSTILE)) messages[`${name} of ${label}`] = call(name, argument)
    return messages
  }
}
