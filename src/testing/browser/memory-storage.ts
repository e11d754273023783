const METHODS = {
  getItem(this: Record<string, string>, name: string) {
    return Object.hasOwn(this, name) ? this[name] : null
  },
  setItem(this: Record<string, string>, name: string, value: string) {
    this[name] = String(value)
  },
  removeItem(this: Record<string, string>, name: string) {
    delete this[name]
  },
  clear(this: Record<string, string>) {
    for (const name of Object.keys(this)) delete this[name]
  },
  key(this: Record<string, string>, index: number) {
    return Object.keys(this)[index] ?? null
  },
  get length() {
    return Object.keys(this).length
  },
}

/** Storage of one tab: what it keeps are its own enumerable properties, as in a browser. */
export const createMemoryStorage = (): Storage => Object.create(METHODS)
