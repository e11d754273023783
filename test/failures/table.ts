import type { AuthErrorCode } from 'latchkey'
import { FAULTS, type FaultName } from './faults.ts'

/**
 * What the app is told of each fault at each step: an error code in short. `ends`: the session that was there is over, which is
 * `login_required`. Of its own APIs it hears what `fetch` would tell it: a status, a failure (`fails`), or nothing at all (`waits`).
 * Discovery is that of a login, `keys` are for the ID token of a login, `newKeys` for that of a refresh, and `frame` is
 * the code from a hidden frame.
 */
const TABLE = `
                           | discovery | keys    | code    | refresh | newKeys | frame   | userInfo | API   | rows        | provider.error
the device is offline      | network   | network | network | network | network | network | network  | fails | C22 E07 G13 |
the name is not found      | network   | network | network | network | network | network | network  | fails | C22 E07 G13 |
a reset amid the body      | network   | network | network | network | network | network | network  | 200   | C22 E07 G13 |
nothing comes back         | timeout   | timeout | timeout | timeout | timeout | timeout | timeout  | waits | C21 E13 G14 |
headers and no body        | timeout   | timeout | timeout | timeout | timeout | timeout | timeout  | 200   | C21 E13 G14 |
a byte a second            | timeout   | timeout | timeout | timeout | timeout | timeout | timeout  | 200   | C21 E13 G14 |
an error page without CORS | network   | network | network | network | network | network | network  | fails | C25 E15 G13 |

500                        | network   | network | network | network | network | network | network  | 500   | C02 E07 G11 |
502, a page                | network   | network | network | network | network | network | network  | 502   | C02 E07 G11 |
503, in 30 seconds         | network   | network | network | network | network | network | network  | 503   | C23 E07 G11 |
503, at a date             | network   | network | network | network | network | network | network  | 503   | C23 E07 G11 |
503, soon                  | network   | network | network | network | network | network | network  | 503   | C23 E07 G11 |
503, in a thousand years   | network   | network | network | network | network | network | network  | 503   | C23 E07 G11 |
429                        | network   | network | network | network | network | network | network  | 429   | C23 E07 G11 |
429, in 30 seconds         | network   | network | network | network | network | network | network  | 429   | C23 E07 G11 |
511, a page                | network   | network | network | network | network | network | network  | 511   | C02 E07 G11 |

a captive portal           | invalid   | invalid | invalid | invalid | invalid | invalid | invalid  | 200   | C02 E07 G13 |
sent to a portal           | invalid   | invalid | invalid | invalid | invalid | invalid | invalid  | fails | C30 E07 G27 |
half of the JSON           | invalid   | invalid | invalid | invalid | invalid | invalid | invalid  | 200   | C01 E07 G13 |
an empty body              | invalid   | invalid | invalid | invalid | invalid | invalid | invalid  | 200   | C01 E07 G13 |
a list                     | invalid   | invalid | invalid | invalid | invalid | invalid | invalid  | 200   | C01 E07 G13 |
an error with 200          | config    | invalid | invalid | invalid | invalid | invalid | token    | 200   | C17 E07 G13 |
a page with 404            | config    | invalid | invalid | invalid | invalid | invalid | invalid  | 404   | C02 E07 G13 |
a gateway says Forbidden   | config    | invalid | invalid | invalid | invalid | invalid | invalid  | 403   | E07 G13     |
a gateway says Not Found   | config    | invalid | invalid | invalid | invalid | invalid | invalid  | 404   | E07 G13     |

temporarily_unavailable    | config    | invalid | network | network | invalid | network | invalid  | 400   | E07 G11     | temporarily_unavailable
server_error               | config    | invalid | network | network | invalid | network | invalid  | 400   | E07 G11     | server_error
slow_down                  | config    | invalid | network | network | invalid | network | invalid  | 400   | E07 G11     | slow_down

invalid_grant              | config    | invalid | refused | ends    | invalid | ends    | invalid  | 400   | E07 G09     | invalid_grant
invalid_client             | config    | invalid | refused | ends    | invalid | ends    | invalid  | 400   | E07 G10     | invalid_client
invalid_client with 401    | config    | invalid | refused | ends    | invalid | ends    | invalid  | 401   | E07 G10     | invalid_client
unauthorized_client        | config    | invalid | refused | ends    | invalid | ends    | invalid  | 400   | E07 G10     | unauthorized_client
invalid_request            | config    | invalid | refused | ends    | invalid | ends    | invalid  | 400   | E07 G10     | invalid_request
unsupported_grant_type     | config    | invalid | refused | ends    | invalid | ends    | invalid  | 400   | E07 G10     | unsupported_grant_type
invalid_scope              | config    | invalid | refused | ends    | invalid | ends    | invalid  | 400   | E07 G10     | invalid_scope
access_denied with 403     | config    | invalid | refused | ends    | invalid | ends    | invalid  | 403   | E07 G10     | access_denied

login_required             | config    | invalid | login   | ends    | invalid | ends    | invalid  | 400   | E07 G10     | login_required
interaction_required       | config    | invalid | login   | ends    | invalid | ends    | invalid  | 400   | E07 G10     | interaction_required
consent_required           | config    | invalid | login   | ends    | invalid | ends    | invalid  | 400   | E07 G10     | consent_required
account_selection_required | config    | invalid | login   | ends    | invalid | ends    | invalid  | 400   | E07 G10     | account_selection_required
`

/** The words of the table for what is refused, and whether the app may ask again. */
export const WORDS = {
  network: ['network', 'retriable'],
  timeout: ['timeout', 'retriable'],
  invalid: ['provider_invalid', 'retriable'],
  config: ['configuration', 'for good'],
  refused: ['provider_error', 'for good'],
  token: ['token_invalid', 'for good'],
  login: ['login_required', 'for good'],
  ends: ['login_required', 'for good'],
} as const satisfies Record<string, readonly [AuthErrorCode, 'retriable' | 'for good']>

export type Word = keyof typeof WORDS

const STEPS = ['discovery', 'keys', 'code', 'refresh', 'newKeys', 'frame', 'userInfo'] as const

export interface Row extends Readonly<Record<(typeof STEPS)[number], Word>> {
  readonly name: FaultName
  readonly api: string
  /** The rows of the catalogue: of a login, of keys, of a refresh. */
  readonly C: string
  readonly E: string
  readonly G: string
  /** What `provider.error` says, where the provider was understood. */
  readonly said: string | undefined
}

const isFault = (name: string): name is FaultName => Object.hasOwn(FAULTS, name)

function wordIn(cell = ''): Word {
  if (!Object.hasOwn(WORDS, cell)) throw new Error(`"${cell}" is no word of the table.`)
  return cell as Word
}

export const ROWS: readonly Row[] = TABLE.split('\n')
  .slice(2)
  .filter(Boolean)
  .map((line) => {
    const [name = '', ...cells] = line.split('|').map((cell) => cell.trim())
    if (!isFault(name)) throw new Error(`No fault is called "${name}".`)
    const words = STEPS.map((step, index) => [step, wordIn(cells[index])])
    const [api = '', rows = '', said] = cells.slice(STEPS.length)
    const [C = '', E = '', G = ''] = ['C', 'E', 'G'].map((group) => rows.split(' ').find((id) => id.startsWith(group)))
    return {
      name,
      api,
      C,
      E,
      G,
      said: said || undefined,
      ...(Object.fromEntries(words) as Record<(typeof STEPS)[number], Word>),
    }
  })
