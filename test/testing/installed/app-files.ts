// Files of an app that has the library installed: text, so that nothing in them is resolved from here.

export const VITEST_CONFIG = `
import { join } from 'node:path'
export default {
  root: import.meta.dirname,
  oxc: { jsx: { runtime: 'automatic' } },
  resolve: { alias: { '@testing-library/react': join(import.meta.dirname, 'testing-library.tsx') } },
  test: { environment: 'happy-dom' },
}`

export const STORIES = `
import { render, screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import * as stories from './notes.stories.tsx'
it.each([
  ['SignedIn', 'Ada'],
  ['SignedOut', 'Welcome'],
  ['Refused', 'provider_error'],
  ['Loading', 'One moment'],
  ['Reconnecting', 'Reconnecting'],
])(
  '%s says %s',
  (name, text) => {
    render(stories[name].render())
    expect(screen.getByText(text)).toBeTruthy()
  },
)`

export const BARE = `
import { createTestAuth, createTestBrowser, createTestProvider } from 'latchkey/testing'
const { session } = createTestAuth().state
const provider = createTestProvider({ algorithm: 'ES256' })
const browser = createTestBrowser(provider)
const auth = await browser.signIn()
const { sub } = await (await auth.authFetch('https://api.example.com/')).json()
await auth.logout()
provider.idToken.once({ claims: (claims) => ({ ...claims, iss: 'https://evil.example' }) })
const reason = await browser.signIn().catch(({ code }) => code)
console.log(session.user.sub, sub, auth.state.status, reason)
browser.close()`

/** Which modules end up in the bundle of an app that imports one thing, the code of each of them not shaken off. */
export const BUNDLE = `
import { build } from 'vite'
const ENTRIES = {
  latchkey: "import { createAuth } from 'latchkey'; console.log(createAuth)",
  'latchkey/react': "import { AuthProvider, useAuth } from 'latchkey/react'; console.log(AuthProvider, useAuth)",
  'latchkey/vue': "import { authPlugin, useAuth } from 'latchkey/vue'; console.log(authPlugin, useAuth)",
  createTestAuth: "import { createTestAuth } from 'latchkey/testing'; console.log(createTestAuth)",
  createTestProvider: "import { createTestProvider } from 'latchkey/testing'; console.log(createTestProvider)",
}
const entry = (code) => ({
  name: 'entry',
  resolveId: (id) => (id === 'virtual-entry' ? import.meta.dirname + '/entry.js' : undefined),
  load: (id) => (id.endsWith('/entry.js') ? code : undefined),
})
const found = {}
for (const [name, code] of Object.entries(ENTRIES)) {
  const { output } = await build({
    root: import.meta.dirname,
    configFile: false,
    logLevel: 'silent',
    plugins: [entry(code)],
    build: { write: false, minify: false, rolldownOptions: { input: 'virtual-entry' } },
  })
  found[name] = output.flatMap(({ modules = {} }) =>
    Object.entries(modules).flatMap(([file, { renderedLength }]) => (renderedLength > 0 ? [file] : [])),
  )
}
console.log(JSON.stringify(found))`

/** What the examples use of @testing-library/react. */
export const TESTING_LIBRARY = `
import { act, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

export { act }

export function render(app: ReactNode) {
  document.body.replaceChildren()
  act(() => createRoot(document.body.appendChild(document.createElement('div'))).render(app))
}

export const screen = {
  getByText(text: string): HTMLElement {
    const found = [...document.querySelectorAll<HTMLElement>('body *')]
      .reverse()
      .find((element) => element.textContent === text)
    if (!found) throw new Error(\`Nothing says "\${text}" in \${document.body.innerHTML}\`)
    return found
  },
}

export const fireEvent = { click: (element: HTMLElement) => act(() => element.click()) }`
