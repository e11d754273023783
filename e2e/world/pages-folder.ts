import { join } from 'node:path'

const variable = 'LATCHKEY_E2E_PAGES'

/** Where the built pages are. The workers learn it through the environment. */
export const pagesFolder = {
  variable,
  harness: () => join(process.env[variable] ?? '', 'harness'),
  demo: () => join(process.env[variable] ?? '', 'demo'),
}
