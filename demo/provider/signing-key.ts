import { exportJWK, generateKeyPair } from 'jose'

/** A new key for every start: what an earlier run has signed means nothing to this one. */
export async function createSigningKey() {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const kid = `demo-${Date.now().toString(36)}`
  return { ...(await exportJWK(privateKey)), kid, alg: 'ES256', use: 'sig' }
}
