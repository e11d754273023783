/** Where a server may end up with a path: some decode it before they route, some more than once. */
const DECODINGS = 6

/**
 * Whether a request to this URL stays within an API, judged by segments: as it stands, and as every server could come to read
 * it that decodes, takes "\" for "/", or leaves out what follows ";".
 */
export function staysWithin(api: string, text: string): boolean {
  const home = new URL(api)
  const url = new URL(text)
  if (originOf(url) !== originOf(home) || url.username || url.password) return false
  const ways = readings(home.pathname.replace(/\/$/, ''))
  return readings(url.pathname).every((path, way) => startsWith(resolved(path), resolved(ways[way] ?? '')))
}

/** The same for a URL that hides nothing. */
export const isPlain = (text: string): boolean => !/[%;\\]/.test(new URL(text).pathname)

const originOf = ({ protocol, hostname, port }: URL) => [protocol, hostname, port].join()

function readings(path: string): string[] {
  const all = [path]
  for (let time = 0; time < DECODINGS; time += 1) all.push(decoded(all.at(-1) ?? ''))
  return all
    .flatMap((each) => [each, each.replaceAll('\\', '/')])
    .flatMap((each) => [each, each.replace(/;[^/]*/g, '')])
}

const decoded = (path: string) =>
  path.replace(/%[\da-f]{2}/gi, (encoded) => String.fromCharCode(Number.parseInt(encoded.slice(1), 16)))

/** RFC 3986 5.2.4. */
function resolved(path: string): string[] {
  const segments: string[] = []
  for (const segment of path.split('/').slice(1)) {
    if (segment === '..') segments.pop()
    else if (segment !== '.') segments.push(segment)
  }
  return segments
}

const startsWith = (segments: readonly string[], base: readonly string[]) =>
  base.every((segment, index) => segments[index] === segment)
