import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { until } from '../until.ts'
import type { Browser, Engine } from './engine.ts'
import { endProgram, findBelow, findProgram, startProgram } from './programs.ts'
import { createTabs } from './webdriver.ts'

/** WebKitGTK's own small browser, which its driver starts: all of it in memory, forgotten at the end. */
export const webkit: Engine = {
  name: 'WebKit',
  hint: 'apt-get install webkit2gtk-driver xvfb, or name a MiniBrowser in MINIBROWSER_PATH',
  find: () => (findProgram('', 'WebKitWebDriver') && findProgram('', 'Xvfb') ? findMiniBrowser() : undefined),
  start: startWebKit,
}

function findMiniBrowser(): string | undefined {
  const named = findProgram('MINIBROWSER_PATH')
  const folders = ['/usr/lib', '/usr/lib64', '/usr/libexec']
  return named ?? folders.map((folder) => findBelow(folder, /^webkit2?gtk-/, 'MiniBrowser')).find(Boolean)
}

async function startWebKit(binary: string): Promise<Browser> {
  const screen = startProgram('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const display = await new Promise<string>((resolve) =>
    screen.stdio[3]?.once('data', (number) => resolve(`:${String(number).trim()}`)),
  )
  const port = await freePort()
  const driver = startProgram('WebKitWebDriver', [`--port=${port}`], {
    // Its sandbox wants namespaces of the kernel, which root in a container does not get.
    env: {
      ...process.env,
      DISPLAY: display,
      ...(process.getuid?.() === 0 && { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' }),
    },
  })
  const options = { binary, args: ['--automation'] }
  const root = `http://127.0.0.1:${port}/session`
  await until('WebKitWebDriver answers', () => ask('GET', `http://127.0.0.1:${port}/status`))
  const { sessionId, capabilities } = await ask<{ sessionId: string; capabilities: { browserVersion: string } }>(
    'POST',
    root,
    { capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': options } } },
  )
  const post = <Result>(path: string, body: object = {}) => ask<Result>('POST', `${root}/${sessionId}${path}`, body)

  const { open } = createTabs({
    handles: () => ask('GET', `${root}/${sessionId}/window/handles`),
    switchTo: (handle) => post('/window', { handle }),
    // Its tabs are hidden to themselves, and open no windows, until a person chooses one.
    newTab: () => post('/window/new', { type: 'window' }),
    hide: async () => {
      await post('/window/minimize')
      return () => post('/window/rect', { x: 0, y: 0, width: 800, height: 600 })
    },
    closeTab: () => ask('DELETE', `${root}/${sessionId}/window`),
    navigate: (url) => post('/url', { url }),
    refresh: () => post('/refresh'),
    back: () => post('/back'),
    execute: (script, args) => post('/execute/async', { script, args }),
    find: async (value) => Object.values(await post<object>('/element', { using: 'xpath', value }))[0],
    click: (element) => post(`/element/${element}/click`),
    type: (element, text) => post(`/element/${element}/value`, { text }),
  })
  return {
    version: capabilities.browserVersion,
    open,
    close: async () => {
      await ask('DELETE', `${root}/${sessionId}`).catch(() => {})
      await endProgram(driver)
      await endProgram(screen)
    },
  }
}

async function ask<Result>(method: string, url: string, body?: object): Promise<Result> {
  const response = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) })
  const { value } = (await response.json()) as { value: Result & { error?: string; message?: string } }
  if (!response.ok) throw new Error(`${value.error}: ${value.message}`)
  return value
}

function freePort(): Promise<number> {
  const server = createServer()
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
