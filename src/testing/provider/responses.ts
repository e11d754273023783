/** JSON that a page of any origin may read, and nobody may keep (RFC 6749 5.1). */
export const json = (body: unknown, status = 200): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'access-control-allow-origin': '*',
    },
  })

/** The access token that came with a request (RFC 6750 2.1). */
export const bearerOf = ({ headers }: Request): string | undefined =>
  /^Bearer (\S+)$/.exec(headers.get('authorization') ?? '')?.[1]

/** RFC 6749 5.2. */
export const oauthError = (error: string, description: string, status = 400): Response =>
  json({ error, error_description: description }, status)

export const redirect = (url: URL): Response => new Response(null, { status: 302, headers: { location: url.href } })
