/** Judged after parsing, so that no spelling of another origin, nor of another scheme, gets through (RFC 9700 4.11.1). */
export const isOwnUrl = (text: unknown, base: string): text is string =>
  typeof text === 'string' &&
  URL.canParse(text, base) &&
  new URL(text, base).href.startsWith(`${new URL(base).origin}/`)
