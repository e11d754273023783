export interface Person {
  readonly id: string
  readonly name: string
  readonly email: string
}

/** The same for everybody, and written on the sign-in page: this is a demo. */
export const PASSWORD = 'latchkey'

export const PEOPLE: readonly Person[] = [
  { id: 'ada', name: 'Ada Lovelace', email: 'ada@demo.example' },
  { id: 'grace', name: 'Grace Hopper', email: 'grace@demo.example' },
]

export function personOf(id: string): Person | undefined {
  return PEOPLE.find((person) => person.id === id)
}

export function personWith(username: string, password: string): Person | undefined {
  return password === PASSWORD ? personOf(username.trim().toLowerCase()) : undefined
}

/** The claims of OpenID Connect Core 5.1 that we know. */
export function claimsOf({ id, name, email }: Person) {
  const [given_name, family_name] = name.split(' ')
  return { sub: id, name, given_name, family_name, preferred_username: id, email, email_verified: true }
}
