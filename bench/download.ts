import type { World } from './world.ts'

const MEBIBYTE = 1_048_576
const SIZE = 200 * MEBIBYTE

export interface Download {
  /** Mebibytes in a second. */
  readonly plain: number
  readonly authFetch: number
  /** Mebibytes by which the page's own memory grew at most, buffers included. */
  readonly memory: number
}

/** 200 MiB through `fetch` and through `authFetch`; read as they come, kept nowhere. */
export async function measureDownload({ page, api }: World): Promise<Download> {
  const url = `${api.origin}/bytes?count=${SIZE}`
  const read = (way: 'plain' | 'authFetch') =>
    page.evaluate(
      async ([url, way]) => {
        const begun = performance.now()
        const init = { headers: { Authorization: 'Bearer x' } }
        const response = await (way === 'plain' ? fetch(url, init) : window.harness.auth.authFetch(url))
        const reader = response.body?.getReader()
        while (!(await reader?.read())?.done);
        return performance.now() - begun
      },
      [url, way] as const,
    )
  await read('plain')
  const plain = await read('plain')

  const devtools = await page.context().newCDPSession(page)
  const memory = async () => {
    const { usedSize, backingStorageSize = 0 } = (await devtools.send('Runtime.getHeapUsage')) as HeapUsage
    return usedSize + backingStorageSize
  }
  await devtools.send('HeapProfiler.collectGarbage')
  const before = await memory()
  let peak = before
  let isOver = false
  const watching = (async () => {
    while (!isOver) {
      peak = Math.max(peak, await memory())
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  })()
  const authFetch = await read('authFetch')
  isOver = true
  await watching
  const speed = (milliseconds: number) => SIZE / MEBIBYTE / (milliseconds / 1000)
  return { plain: speed(plain), authFetch: speed(authFetch), memory: (peak - before) / MEBIBYTE }
}

interface HeapUsage {
  readonly usedSize: number
  readonly backingStorageSize?: number
}
