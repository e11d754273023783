import type { Page } from '@playwright/test'
import type { TestProviderServer } from './test-provider-server.ts'

/** What a script of the page needs to sign in by itself, all of it public. */
interface Target {
  readonly issuer: string
  readonly api: string
}

/** The thief does what the app does: a login of its own, in a hidden frame. Answers how the API takes the token that it gets. */
export function ownLogin(page: Page, { issuer, api }: TestProviderServer): Promise<number> {
  return page.evaluate(signInByItself, { issuer, api })
}

/** The thief finishes the login that this page is the callback of. Answers how the API takes the token that it gets. */
export function finishLogin(page: Page, verifier: string, { issuer, api }: TestProviderServer): Promise<number> {
  return page.evaluate(redeemByItself, { issuer, api, verifier })
}

async function signInByItself({ issuer, api }: Target): Promise<number> {
  const base64url = (bytes: Uint8Array) =>
    btoa(String.fromCharCode(...bytes))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '')
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)))
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
  const redirectUri = `${location.origin}/`
  const asked = new URLSearchParams({
    response_type: 'code',
    client_id: 'notes-spa',
    redirect_uri: redirectUri,
    scope: 'openid offline_access notes:read',
    prompt: 'none',
    state: 'thief',
    nonce: 'thief',
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: 'S256',
  })
  const frame = document.createElement('iframe')
  // The app itself does not start in there.
  frame.setAttribute('sandbox', 'allow-same-origin')
  frame.src = `${issuer}/authorize?${asked}`
  document.body.append(frame)
  await new Promise((resolve) => frame.addEventListener('load', resolve))
  const code = new URL(frame.contentWindow?.location.href ?? '').searchParams.get('code') ?? ''
  frame.remove()
  const form = {
    grant_type: 'authorization_code',
    client_id: 'notes-spa',
    redirect_uri: redirectUri,
    code_verifier: verifier,
    code,
  }
  const { access_token } = await (
    await fetch(`${issuer}/token`, { method: 'POST', body: new URLSearchParams(form) })
  ).json()
  return (await fetch(`${api}/notes`, { headers: { Authorization: `Bearer ${access_token}` } })).status
}

async function redeemByItself({ issuer, api, verifier }: Target & { readonly verifier: string }): Promise<number> {
  const code = new URL(location.href).searchParams.get('code') ?? ''
  const form = {
    grant_type: 'authorization_code',
    client_id: 'notes-spa',
    redirect_uri: `${location.origin}/`,
    code_verifier: verifier,
    code,
  }
  const answer = await fetch(`${issuer}/token`, { method: 'POST', body: new URLSearchParams(form) })
  if (!answer.ok) return answer.status
  const { access_token } = await answer.json()
  return (await fetch(`${api}/notes`, { headers: { Authorization: `Bearer ${access_token}` } })).status
}
