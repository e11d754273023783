import type { Browser, CDPSession, Page } from '@playwright/test'
import type { Soaked } from './prelude.ts'

/** A page or worker, seen through the browser's own tools. */
export interface Inspected {
  /** The step is written over there as text: it sees nothing of what is around it here but what it is given. */
  readonly run: <Given extends readonly unknown[], Result>(
    step: (soaked: Soaked, ...given: Given) => Result | Promise<Result>,
    ...given: Given
  ) => Promise<Result>
  /** Bytes that are used once the garbage was taken away. */
  readonly heap: () => Promise<number>
  /** How many objects there are, of this page or worker alone. */
  readonly objects: () => Promise<number>
}

type Send = (method: string, parameters?: object) => Promise<unknown>

export async function inspectPage(page: Page): Promise<Inspected> {
  const session = await page.context().newCDPSession(page)
  return inspected((method, parameters) => session.send(method as never, parameters as never))
}

/** Playwright knows nothing of shared workers; the browser does. */
export async function inspectSharedWorker(browser: Browser, origin: string): Promise<Inspected> {
  const session = await browser.newBrowserCDPSession()
  const { targetInfos } = await session.send('Target.getTargets')
  const target = targetInfos.find(({ type, url }) => type === 'shared_worker' && url.startsWith(origin))
  if (!target) throw new Error('There is no shared worker.')
  const { sessionId } = await session.send('Target.attachToTarget', { targetId: target.targetId, flatten: false })
  return inspected(nested(session, sessionId))
}

/** One session within another: messages wrapped in messages. */
function nested(session: CDPSession, sessionId: string): Send {
  const waiting = new Map<number, (answer: { result?: unknown; error?: { message: string } }) => void>()
  let last = 0
  session.on('Target.receivedMessageFromTarget', ({ sessionId: from, message }) => {
    if (from !== sessionId) return
    const answer = JSON.parse(message)
    waiting.get(answer.id)?.(answer)
    waiting.delete(answer.id)
  })
  return (method, params = {}) =>
    new Promise((resolve, reject) => {
      last += 1
      waiting.set(last, ({ result, error }) => (error ? reject(new Error(error.message)) : resolve(result)))
      const message = JSON.stringify({ id: last, method, params })
      session.send('Target.sendMessageToTarget', { sessionId, message }).catch(reject)
    })
}

interface Evaluated {
  readonly result: { readonly value: unknown }
  readonly exceptionDetails?: { readonly text: string; readonly exception?: { readonly description?: string } }
}

function inspected(send: Send): Inspected {
  return {
    async run(step, ...given) {
      const expression = `(${step})(${['soaked', ...given.map((one) => JSON.stringify(one))].join()})`
      const parameters = { expression, awaitPromise: true, returnByValue: true }
      const { result, exceptionDetails: thrown } = (await send('Runtime.evaluate', parameters)) as Evaluated
      if (thrown) throw new Error(thrown.exception?.description ?? thrown.text)
      return result.value as never
    },
    async heap() {
      // What the first round has let go of is gone after the second.
      await send('HeapProfiler.collectGarbage')
      await send('HeapProfiler.collectGarbage')
      return ((await send('Runtime.getHeapUsage')) as { usedSize: number }).usedSize
    },
    async objects() {
      const objectGroup = 'counted'
      const { result: root } = (await send('Runtime.evaluate', {
        expression: 'Object.prototype',
        objectGroup,
      })) as Remote
      const { objects } = (await send('Runtime.queryObjects', {
        prototypeObjectId: root.objectId,
        objectGroup,
      })) as Remote
      const functionDeclaration = 'function () { return this.length }'
      const { result } = (await send('Runtime.callFunctionOn', {
        objectId: objects.objectId,
        functionDeclaration,
        returnByValue: true,
      })) as Evaluated
      await send('Runtime.releaseObjectGroup', { objectGroup })
      return result.value as number
    },
  }
}

interface Remote {
  readonly result: { readonly objectId: string }
  readonly objects: { readonly objectId: string }
}
