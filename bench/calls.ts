import type { World } from './world.ts'

const ROUNDS = 600

export interface Calls {
  /** Milliseconds, at the median. */
  readonly plain: number
  readonly authFetch: number
}

export interface CallsByKind {
  readonly get: Calls
  readonly post: Calls
}

/** The same request through `fetch` and through `authFetch`, in turn, one after the other. */
export async function measureCalls({ page, api }: World): Promise<CallsByKind> {
  const url = `${api.origin}/echo`
  await page.evaluate((url) => window.harness.auth.authFetch(url, { method: 'POST', body: '' }), url)
  // A token of the same length: the API believes all.
  const token = api.calls.at(-1)?.headers.authorization ?? ''
  const measure = (body: string | undefined) =>
    page.evaluate(
      async ([url, token, body, rounds]) => {
        const { authFetch } = window.harness.auth
        const init: RequestInit = body === undefined ? {} : { method: 'POST', body }
        const ways = {
          plain: () => fetch(url, { ...init, headers: { Authorization: token } }),
          authFetch: () => authFetch(url, init),
        }
        const took: Record<keyof typeof ways, number[]> = { plain: [], authFetch: [] }
        for (let round = 0; round < rounds; round += 1) {
          for (const way of round % 2 ? (['plain', 'authFetch'] as const) : (['authFetch', 'plain'] as const)) {
            const begun = performance.now()
            await (await ways[way]()).text()
            took[way].push(performance.now() - begun)
          }
        }
        const median = (numbers: number[]) =>
          numbers.slice(50).sort((a, b) => a - b)[Math.floor((numbers.length - 50) / 2)] ?? 0
        return { plain: median(took.plain), authFetch: median(took.authFetch) }
      },
      [url, token, body, ROUNDS] as const,
    )
  return { get: await measure(undefined), post: await measure(JSON.stringify({ note: 'x'.repeat(10_000) })) }
}
