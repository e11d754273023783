/** 256 random bits: for a state, a nonce or a verifier (RFC 6749 10.10, RFC 7636 7.1, OpenID Connect Core 15.5.2). */
export const randomText = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)))

export const bytesOf = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0))

/** The hash of a text (`SHA-256` and its longer sisters). */
export const hashOf = async (bits: string, text: string): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest(`SHA-${bits}`, new TextEncoder().encode(text)))

export const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
