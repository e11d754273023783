import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../until.ts'
import type { Browser, Engine } from './engine.ts'
import { connectMarionette } from './marionette.ts'
import { endProgram, findProgram, startProgram } from './programs.ts'
import { createTabs } from './webdriver.ts'

const PREFERENCES = {
  'marionette.port': 0,
  // Otherwise a browser that is offline still reaches this machine. Connections that are open it goes on to use.
  'network.disable-localhost-when-offline': true,
  'datareporting.policy.dataSubmissionEnabled': false,
}

export const firefox: Engine = {
  name: 'Firefox',
  hint: 'apt-get install firefox-esr, or name one in FIREFOX_PATH',
  find: () => findProgram('FIREFOX_PATH', 'firefox-esr', 'firefox'),
  start: startFirefox,
}

async function startFirefox(path: string): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'latchkey-firefox-'))
  const lines = Object.entries(PREFERENCES).map(([name, value]) => `user_pref("${name}", ${value});`)
  writeFileSync(join(profile, 'user.js'), lines.join('\n'))
  // System access: to take the network away.
  const parameters = ['--headless', '--no-remote', '--marionette', '--remote-allow-system-access', '--profile', profile]
  const program = startProgram(path, parameters, {
    env: { ...process.env, HOME: profile, MOZ_CRASHREPORTER_DISABLE: '1' },
  })
  const port = await until('Firefox listens', () => Number(readFileSync(join(profile, 'MarionetteActivePort'), 'utf8')))
  const { send, close } = await connectMarionette(port)
  const { capabilities } = await send<{ capabilities: { browserVersion: string } }>('WebDriver:NewSession')

  const { open, inTurn } = createTabs({
    handles: () => send('WebDriver:GetWindowHandles'),
    switchTo: (handle, isShown) => send('WebDriver:SwitchToWindow', { handle, focus: isShown }),
    newTab: () => send('WebDriver:NewWindow', { type: 'tab', focus: true }),
    hide: async () => {
      const { handle } = await send<{ handle: string }>('WebDriver:NewWindow', { type: 'tab', focus: true })
      return async () => {
        await send('WebDriver:SwitchToWindow', { handle })
        await send('WebDriver:CloseWindow')
      }
    },
    closeTab: () => send('WebDriver:CloseWindow'),
    navigate: (url) => send('WebDriver:Navigate', { url }),
    refresh: () => send('WebDriver:Refresh'),
    back: () => send('WebDriver:Back'),
    execute: (script, args) => valueIn(send('WebDriver:ExecuteAsyncScript', { script, args })),
    find: async (value) =>
      Object.values(await valueIn<object>(send('WebDriver:FindElement', { using: 'xpath', value })))[0],
    click: (id) => send('WebDriver:ElementClick', { id }),
    type: (id, text) => send('WebDriver:ElementSendKeys', { id, text }),
  })
  return {
    version: capabilities.browserVersion,
    open,
    setOffline: (isOffline) =>
      inTurn(async () => {
        await send('Marionette:SetContext', { value: 'chrome' })
        await send('WebDriver:ExecuteScript', { script: `Services.io.offline = ${isOffline}`, args: [] })
        await send('Marionette:SetContext', { value: 'content' })
      }),
    close: async () => {
      close()
      await endProgram(program)
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

const valueIn = async <Value>(answer: Promise<unknown>): Promise<Value> => ((await answer) as { value: Value }).value
