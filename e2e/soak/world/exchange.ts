import { type IncomingMessage, request, type ServerResponse } from 'node:http'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body: Buffer | string
}

/** A request that has come to the gateway, and what a fault can do with it. */
export interface Exchange {
  /** Milliseconds since 1970. */
  readonly now: number
  /** Has the provider do its work. */
  readonly forward: () => Promise<Answer>
  readonly answer: (answer: Partial<Answer>) => void
  /** With an answer, in the middle of it. */
  readonly breakOff: (answer?: Answer) => void
  /** Resolves when so many milliseconds have passed, or nobody waits any more. */
  readonly hold: (milliseconds: number) => Promise<void>
}

export async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Has the same asked of another port. Who may read the answer is up to the gateway. */
export function forwardTo(port: number, { method, headers, url }: IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // On a connection of its own, too: one that was kept may be closed just when it is used again.
    const options = { host: 'localhost', port, method, headers, path: url, agent: false }
    const onward = request(options, (response) => {
      const { statusCode: status = 0 } = response
      const headers = Object.entries(response.headers).filter(([name]) => !name.startsWith('access-control-'))
      const answer = { status, headers: Object.fromEntries(headers) as Answer['headers'] }
      bodyOf(response).then((body) => resolve({ ...answer, body }), reject)
    })
    onward.once('error', reject).end(body)
  })
}

/** Writes the end of an exchange, with these headers on it unless it has its own. */
export function answerWith(outgoing: ServerResponse, usual: Answer['headers']): Pick<Exchange, 'answer' | 'breakOff'> {
  const head = ({ status = 200, headers = {} }: Partial<Answer>) =>
    outgoing.writeHead(status, { ...usual, ...headers, connection: 'close' })
  return {
    answer(answer) {
      // Nobody waits for it any more.
      if (!outgoing.destroyed) head(answer).end(answer.body)
    },
    breakOff(answer) {
      if (!answer || outgoing.destroyed) return void outgoing.destroy()
      head(answer).write(answer.body.slice(0, answer.body.length / 2), () => outgoing.destroy())
    },
  }
}
