/**
 * Whether this is text of that form. The engine keeps the text that it matched last where every script can read it
 * (`RegExp.$_`), so a secret is followed by something harmless.
 */
export function hasForm(form: RegExp, secret: unknown): secret is string {
  const has = typeof secret === 'string' && form.test(secret)
  forgetMatch()
  return has
}

/** To be called in the same step as whatever matched a secret. */
export const forgetMatch = (): boolean => /^/.test('')
