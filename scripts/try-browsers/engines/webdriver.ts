import { until } from '../until.ts'
import { buttonNamed, fieldLabelled, type Tab } from './engine.ts'

/** The commands of WebDriver (W3C) that are needed here. How they travel is the engine's. */
export interface WebDriver {
  readonly handles: () => Promise<readonly string[]>
  readonly switchTo: (handle: string, isShown: boolean) => Promise<unknown>
  /** Before the others: where tabs are hidden from the start a window. */
  readonly newTab: () => Promise<{ readonly handle: string }>
  /** The tab in its hand. Answers how to undo it. */
  readonly hide: () => Promise<() => Promise<unknown>>
  readonly closeTab: () => Promise<unknown>
  readonly navigate: (url: string) => Promise<unknown>
  readonly refresh: () => Promise<unknown>
  readonly back: () => Promise<unknown>
  /** The script is told a function by which to answer, after its parameters. */
  readonly execute: (script: string, parameters: readonly unknown[]) => Promise<unknown>
  readonly find: (xpath: string) => Promise<string>
  readonly click: (element: string) => Promise<unknown>
  readonly type: (element: string, text: string) => Promise<unknown>
}

type Answer = { readonly value: unknown } | { readonly error: string }

/** A driver has one tab at a time in its hand: whatever is done in one is done with the others left alone. */
export function createTabs(driver: WebDriver) {
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <Result>(act: () => Promise<Result>): Promise<Result> => {
    const done = last.then(act)
    last = done.catch(() => {})
    return done
  }
  const reach = (xpath: string) => until(`${xpath} is there`, () => driver.find(xpath))

  const tab = (handle: string): Tab => {
    const here = <Result>(act: () => Promise<Result>, isShown = false) =>
      inTurn(async () => {
        await driver.switchTo(handle, isShown)
        return act()
      })
    const self: Tab = {
      goto: async (url) => void (await here(() => driver.navigate(url))),
      reload: async () => void (await here(driver.refresh)),
      back: async () => void (await here(driver.back, true)),
      async run(act, ...parameters) {
        const answer = (await here(() => driver.execute(scriptFor(act), parameters))) as Answer
        if ('error' in answer) throw new Error(answer.error)
        return answer.value as never
      },
      press: async (name) => void (await here(async () => driver.click(await reach(buttonNamed(name))), true)),
      fill: async (label, text) =>
        void (await here(async () => driver.type(await reach(fieldLabelled(label)), text), true)),
      async opened(act) {
        const before = await inTurn(driver.handles)
        await act()
        const added = async () => (await inTurn(driver.handles)).find((each) => !before.includes(each))
        return tab((await until('a window opens', added)) ?? '')
      },
      isClosed: async () => !(await inTurn(driver.handles)).includes(handle),
      hide: async () => {
        const show = await here(driver.hide, true)
        return async () => void (await here(show))
      },
      close: async () => void (await here(driver.closeTab)),
    }
    return self
  }
  return {
    inTurn,
    open: () =>
      inTurn(async () => {
        // The one in its hand may be closed, and the first stays open all the time.
        const [first = ''] = await driver.handles()
        await driver.switchTo(first, false)
        return tab((await driver.newTab()).handle)
      }),
  }
}

/** Answers once what the function answers has come: not every driver waits for a promise. */
const scriptFor = (act: (...parameters: never[]) => unknown) => `
  const parameters = [...arguments]
  const answer = parameters.pop()
  Promise.resolve().then(() => (${act})(...parameters)).then(
    (value) => answer({ value: value ?? null }),
    (error) => answer({ error: String(error) }),
  )`
