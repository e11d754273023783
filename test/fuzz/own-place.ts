import { HOME } from '../tab.ts'

/** Where a browser would go, from the home page of the app; `undefined` if that is no page of the app. */
export function ownPlace(text: string): string | undefined {
  if (!URL.canParse(text, HOME)) return undefined
  const { protocol, host, username, password, href } = new URL(text, HOME)
  return protocol === 'https:' && host === 'app.example.com' && !username && !password ? href : undefined
}
