import { connect } from 'node:net'

/**
 * Firefox's own remote protocol, to which geckodriver translates: the commands of WebDriver as `[0, id, name, parameters]`, answered by
 * `[1, id, error, result]`, each with its length in front.
 */
export async function connectMarionette(port: number) {
  const socket = connect(port, '127.0.0.1')
  const waiting = new Map<number, (error: unknown, result: unknown) => void>()
  let received: Buffer = Buffer.alloc(0)
  let count = 0
  const greeting = new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    waiting.set(0, () => resolve())
  })
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk])
    for (let message = take(); message !== undefined; message = take()) {
      // The greeting is no answer, and the first that comes.
      const [, id, error, result] = Array.isArray(message) ? message : [1, 0, null, message]
      waiting.get(id)?.(error, result)
      waiting.delete(id)
    }
  })
  socket.on('close', () => {
    for (const answer of waiting.values()) answer({ error: 'closed', message: 'The browser has gone' }, undefined)
  })
  await greeting

  return {
    send: <Result>(name: string, parameters: object = {}): Promise<Result> =>
      new Promise((resolve, reject) => {
        count += 1
        waiting.set(count, (error, result) => {
          if (error) reject(new Error(messageOf(error)))
          else resolve(result as Result)
        })
        const text = JSON.stringify([0, count, name, parameters])
        socket.write(`${Buffer.byteLength(text)}:${text}`)
      }),
    close: () => socket.destroy(),
  }

  function take(): unknown {
    const colon = received.indexOf(':')
    const end = colon + 1 + Number(received.subarray(0, colon))
    if (colon < 0 || received.length < end) return undefined
    const text = received.subarray(colon + 1, end).toString()
    received = received.subarray(end)
    return JSON.parse(text)
  }
}

const messageOf = (error: unknown): string => {
  const { error: code, message } = error as { readonly error?: string; readonly message?: string }
  return `${code}: ${message}`
}
