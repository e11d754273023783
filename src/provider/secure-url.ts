const LOOPBACK = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

export const isLoopback = (url: URL): boolean => url.protocol === 'http:' && LOOPBACK.test(url.hostname)

/**
 * Parses an absolute URL that something secret may be sent to: `https:`, or `http:` on this very machine, and
 * without a user name in it. Answers `undefined` for everything else.
 */
export function secureUrl(text: unknown): URL | undefined {
  if (typeof text !== 'string' || !URL.canParse(text)) return undefined
  const url = new URL(text)
  const safe = (url.protocol === 'https:' || isLoopback(url)) && !url.username && !url.password
  return safe ? url : undefined
}
