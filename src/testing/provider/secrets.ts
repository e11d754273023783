/** Everything that must never leak: what the provider minted, and what it was shown. */
export interface Secrets {
  readonly all: readonly string[]
  readonly add: <Text extends string>(secret: Text) => Text
  /** A new opaque secret. */
  readonly mint: (kind: string) => string
}

export function createSecrets(): Secrets {
  const all: string[] = []
  const add = <Text extends string>(secret: Text): Text => {
    if (secret && !all.includes(secret)) all.push(secret)
    return secret
  }
  return { all, add, mint: (kind) => add(`${kind}-${crypto.randomUUID()}${crypto.randomUUID()}`) }
}
