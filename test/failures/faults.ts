import {
  answers,
  asksToWait,
  breaks,
  breaksMidway,
  drips,
  type Fault,
  hangs,
  neverEnds,
  showsAPage,
} from 'latchkey/testing'

const JSON_TYPE = { 'content-type': 'application/json', 'access-control-allow-origin': '*' }

/** Something to break off half-way. The server has done nothing, so that no code and no refresh token is spent by it. */
const anAnswer = async () =>
  new Response('{"access_token":"x","token_type":"Bearer","keys":[]}', { headers: JSON_TYPE })

const oauth = (error: string, status = 400): Fault => answers(status, { error, error_description: 'No.' })

const PORTAL = 'https://portal.example/welcome'

/** What goes wrong between a page and whoever it asks: one answer, at any endpoint. */
export const FAULTS = {
  'the device is offline': breaks,
  'the name is not found': () => {
    throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ENOTFOUND' } })
  },
  'a reset amid the body': (request) => breaksMidway(request, anAnswer),
  'nothing comes back': hangs,
  'headers and no body': (request) => neverEnds(request, anAnswer),
  'a byte a second': (request) => drips(1, 1_000)(request, anAnswer),
  'an error page without CORS': () => new Response('<h1>Bad Gateway</h1>', { status: 502 }),

  '500': answers(500, 'Internal Server Error'),
  '502, a page': showsAPage(502),
  '503, in 30 seconds': asksToWait(30, 503),
  '503, at a date': asksToWait('Sat, 21 Nov 2026 12:30:00 GMT', 503),
  '503, soon': asksToWait('soon', 503),
  '503, in a thousand years': asksToWait('31557600000', 503),
  '429': answers(429, { message: 'Too Many Requests' }),
  '429, in 30 seconds': asksToWait(30),
  '511, a page': showsAPage(511),

  'a captive portal': showsAPage(),
  'sent to a portal': () => new Response(null, { status: 302, headers: { ...JSON_TYPE, location: PORTAL } }),
  'half of the JSON': answers(200, '{"access_token":"x","tok'),
  'an empty body': answers(200, ''),
  'a list': answers(200, '[]'),
  'an error with 200': oauth('invalid_grant', 200),
  'a page with 404': showsAPage(404),
  'a gateway says Forbidden': answers(403, { message: 'Forbidden' }),
  'a gateway says Not Found': answers(404, { error: 'Not Found' }),

  temporarily_unavailable: oauth('temporarily_unavailable'),
  server_error: oauth('server_error'),
  slow_down: oauth('slow_down'),

  invalid_grant: oauth('invalid_grant'),
  invalid_client: oauth('invalid_client'),
  'invalid_client with 401': oauth('invalid_client', 401),
  unauthorized_client: oauth('unauthorized_client'),
  invalid_request: oauth('invalid_request'),
  unsupported_grant_type: oauth('unsupported_grant_type'),
  invalid_scope: oauth('invalid_scope'),
  'access_denied with 403': oauth('access_denied', 403),

  login_required: oauth('login_required'),
  interaction_required: oauth('interaction_required'),
  consent_required: oauth('consent_required'),
  account_selection_required: oauth('account_selection_required'),
} as const satisfies Record<string, Fault>

export type FaultName = keyof typeof FAULTS
