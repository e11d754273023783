import { createHash } from 'node:crypto'
import { calculateJwkThumbprint, EmbeddedJWK, type JWSHeaderParameters, type JWTPayload, jwtVerify } from 'jose'

/** What a proof has to be about. */
export interface Occasion {
  readonly method: string
  readonly url: string
  readonly accessToken: string
  /** The thumbprint of the key that the access token is bound to. */
  readonly thumbprint: string
}

export interface Proof {
  readonly jti: string
  /** Seconds since 1970, by the sender's clock. */
  readonly issuedAt: number
  readonly nonce: unknown
}

/** Thrown with a sentence that says which rule was broken, and nothing of the proof. */
export class InvalidProof extends Error {
  override readonly name = 'InvalidProof'
}

export const PROOF_ALGORITHMS = ['ES256', 'Ed25519', 'EdDSA', 'PS256', 'RS256']

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

/** All of RFC 9449 section 4.3 that the proof and its occasion decide; not whether it is fresh, nor whether it was here before. */
export async function verifyProof(jwt: string, occasion: Occasion): Promise<Proof> {
  const { jti, iat, htm, htu, ath, nonce } = await verifySignature(jwt, occasion.thumbprint)
  if (typeof jti !== 'string' || jti === '') throw new InvalidProof('The proof has no jti.')
  if (typeof iat !== 'number' || !Number.isFinite(iat)) throw new InvalidProof('The proof has no iat.')
  if (htm !== occasion.method) throw new InvalidProof('The proof is for another method.')
  if (normalized(htu) !== normalized(occasion.url)) throw new InvalidProof('The proof is for another URL.')
  if (ath !== hashOf(occasion.accessToken)) throw new InvalidProof('The proof is for another access token.')
  return { jti, issuedAt: iat, nonce }
}

async function verifySignature(jwt: string, thumbprint: string): Promise<JWTPayload> {
  const options = { algorithms: PROOF_ALGORITHMS, typ: 'dpop+jwt' }
  try {
    const { payload } = await jwtVerify(
      jwt,
      (header: JWSHeaderParameters) => publicKeyFrom(header, thumbprint),
      options,
    )
    return payload
  } catch (error) {
    if (error instanceof InvalidProof) throw error
    throw new InvalidProof('The proof is no valid dpop+jwt.')
  }
}

/** Only the key that the token is bound to is ever used: what others cost to verify, the sender would decide. */
async function publicKeyFrom(header: JWSHeaderParameters, thumbprint: string): Promise<CryptoKey> {
  const { jwk = {} } = header
  // Whoever lets a private key out has proven nothing: by now anybody may have it.
  if (PRIVATE_MEMBERS.some((member) => Object.hasOwn(jwk, member)))
    throw new InvalidProof('The proof carries a private key.')
  if ((await calculateJwkThumbprint(jwk)) !== thumbprint)
    throw new InvalidProof('The access token is bound to another key.')
  return EmbeddedJWK(header)
}

/**
 * RFC 3986 sections 6.2.2 and 6.2.3, without query and fragment. Our own paths hold no character that has to be escaped, so
 * how the others are escaped makes no difference.
 */
function normalized(htu: unknown): string | undefined {
  if (typeof htu !== 'string' || !URL.canParse(htu)) return undefined
  const url = new URL(htu)
  url.search = ''
  url.hash = ''
  url.pathname = url.pathname.replace(/%[\da-f]{2}/gi, (escaped) => {
    const character = String.fromCharCode(Number.parseInt(escaped.slice(1), 16))
    return /[\w.~-]/.test(character) ? character : escaped
  })
  return url.href
}

function hashOf(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest('base64url')
}
