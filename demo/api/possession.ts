import type { IncomingMessage, ServerResponse } from 'node:http'
import { HttpError } from '../http/http-error.ts'
import type { Challenges } from './challenge.ts'
import { InvalidProof, type Occasion, type Proof, verifyProof } from './dpop-proof.ts'
import { createNonces } from './nonces.ts'
import { createUsedProofs, SECONDS_REMEMBERED } from './used-proofs.ts'

interface Surroundings {
  readonly challenges: Challenges
  readonly isNonceRequired: () => boolean
}

const PROOF_SECONDS = 60
const CLOCK_TOLERANCE = 5

/** Lets a request pass that proves, now and for the first time, that its sender has the key of its access token. */
export function createPossessionCheck({ challenges, isNonceRequired }: Surroundings) {
  const nonces = createNonces()
  const used = createUsedProofs()

  return async (request: IncomingMessage, response: ServerResponse, occasion: Occasion): Promise<void> => {
    // With each answer the newest one, so that none grows old in use (RFC 9449 sections 8.2 and 9).
    if (isNonceRequired()) handOutNonce(response)
    const proof = await verified(request, occasion)
    checkFreshness(proof, response)
    spend(proof, occasion.thumbprint)
  }

  async function verified(request: IncomingMessage, occasion: Occasion): Promise<Proof> {
    const [jwt, ...others] = request.headersDistinct.dpop ?? []
    if (!jwt) throw challenges.invalidProof('A DPoP proof is needed.')
    if (others.length > 0) throw challenges.invalidProof('There is more than one DPoP proof.')
    try {
      return await verifyProof(jwt, occasion)
    } catch (error) {
      throw error instanceof InvalidProof ? challenges.invalidProof(error.message) : error
    }
  }

  /** A nonce of ours says when the proof was made, whatever the clock of its sender says (RFC 9449 section 11.1). */
  function checkFreshness({ nonce, issuedAt }: Proof, response: ServerResponse): void {
    if (nonces.accepts(nonce)) return
    if (nonce !== undefined || isNonceRequired()) {
      handOutNonce(response)
      throw challenges.nonceNeeded()
    }
    const age = Date.now() / 1000 - issuedAt
    if (age > PROOF_SECONDS + CLOCK_TOLERANCE) throw challenges.invalidProof('The proof is too old.')
    if (age < -CLOCK_TOLERANCE) throw challenges.invalidProof('The proof is from the future.')
  }

  function handOutNonce(response: ServerResponse): void {
    response.setHeader('DPoP-Nonce', nonces.newest())
  }

  function spend({ jti }: Proof, thumbprint: string): void {
    const outcome = used.spend(thumbprint, jti)
    if (outcome === 'used') throw challenges.invalidProof('The proof was used before.')
    if (outcome === 'new') return
    const headers = { 'Retry-After': `${SECONDS_REMEMBERED}` }
    throw new HttpError(429, 'Too many requests with this key.', headers, 'too_many_requests')
  }
}
