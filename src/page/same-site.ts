// Suffixes like "co.uk", under which everybody can have a name. A list of all of them is 100 kB.
const SHARED_BY_MANY = /^[^.]*$|^\w{2,3}\.\w\w$/

/**
 * Whether a frame of one probably gets its cookies in a page of the other: the same host, or hosts of one domain. Where that is
 * wrong, a frame is tried for nothing.
 */
export function isSameSite(one: string, other: string): boolean {
  const [a, b] = [new URL(one), new URL(other)]
  if (a.protocol !== b.protocol) return false
  if (a.hostname === b.hostname) return true
  if (/^[\d.]+$|:/.test(a.hostname + b.hostname)) return false
  const [mine, yours] = [a.hostname.split('.').reverse(), b.hostname.split('.').reverse()]
  const differs = mine.findIndex((label, index) => label !== yours[index])
  const shared = (differs < 0 ? mine : mine.slice(0, differs)).reverse().join('.')
  return !SHARED_BY_MANY.test(shared)
}
