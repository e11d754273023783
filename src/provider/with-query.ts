/** The endpoint with these parameters, each in place of what it may have had under that name (RFC 6749 3.1). A list repeats one. */
export function withQuery(endpoint: string, parameters: Record<string, string | readonly string[]>): string {
  const url = new URL(endpoint)
  for (const [name, value] of Object.entries(parameters)) {
    url.searchParams.delete(name)
    for (const each of [value].flat()) url.searchParams.append(name, each)
  }
  return url.href
}
