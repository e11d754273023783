import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'

const ASSETS: Readonly<Record<string, { readonly type: string; readonly content: Buffer }>> = {
  '/assets/style.css': { type: 'text/css; charset=utf-8', content: read('style.css') },
  '/assets/mark.svg': { type: 'image/svg+xml', content: read('mark.svg') },
}

/** True: it was one of the few files that the pages need, and it is answered. */
export function serveAssets({ method, url = '' }: IncomingMessage, response: ServerResponse): boolean {
  const asset = Object.hasOwn(ASSETS, url) ? ASSETS[url] : undefined
  if (!asset || method !== 'GET') return false
  response.writeHead(200, { 'Content-Type': asset.type, 'Cache-Control': 'max-age=60' }).end(asset.content)
  return true
}

function read(name: string): Buffer {
  return readFileSync(join(import.meta.dirname, 'assets', name))
}
