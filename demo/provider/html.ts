const IS_MARKUP = Symbol('markup')

/** Markup that goes into a page as it is. Any other string is escaped. */
export interface Markup {
  readonly [IS_MARKUP]: string
}

export function html(parts: TemplateStringsArray, ...values: readonly (string | Markup | undefined)[]): Markup {
  return markup(parts.map((part, index) => part + textOf(values[index])).join(''))
}

/** Only for text that somebody has escaped already. */
export function markup(text: string): Markup {
  return { [IS_MARKUP]: text }
}

export function textOf(value: string | Markup | undefined): string {
  if (value === undefined) return ''
  return typeof value === 'string' ? value.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`) : value[IS_MARKUP]
}
