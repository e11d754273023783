import { inspect } from 'node:util'

/** The secrets that can be found in something by whoever writes it out, in every way there is to write it out. */
export function leaksIn(value: unknown, secrets: Iterable<string>): string[] {
  return found(writings(value).join('\n'), secrets)
}

/** Those of the secrets that stand in a text, as they are or encoded. */
export const found = (text: string, secrets: Iterable<string>): string[] =>
  [...secrets].filter((secret) => text.includes(secret) || text.includes(encodeURIComponent(secret)))

/** What looks like a code, a refresh token or a JWT, of whatever provider. */
export const lookalikesIn = (text: string): readonly string[] =>
  text.match(/\b(?:code|refresh)-[\da-f]{8}-[\w-]+|\bey[\w-]{10,}\.[\w-]{10,}/g) ?? []

/** Every text that there is to it. */
export function writings(value: unknown): string[] {
  const seen = new Set<object>()
  const texts = [
    inspect(value, { depth: 20, showHidden: true, getters: true, maxStringLength: null, maxArrayLength: null }),
    safely(() => JSON.stringify(value)),
    safely(() => String(value)),
  ]
  const walk = (part: unknown) => {
    if (typeof part === 'function') texts.push(String(part))
    if ((typeof part !== 'object' && typeof part !== 'function') || part === null || seen.has(part)) return
    seen.add(part)
    for (const name of Reflect.ownKeys(part)) {
      texts.push(String(name))
      const inner = safely(() => Reflect.get(part, name))
      if (typeof inner === 'string') texts.push(inner)
      walk(inner)
    }
  }
  walk(value)
  return texts.map(String)
}

function safely<Value>(step: () => Value): Value | string {
  try {
    return step()
  } catch (error) {
    return String(error)
  }
}
