import fc from 'fast-check'

/** JSON as it comes over the wire: as text, so that it can say what no object can. */
export type Json = string

/** Names that mean something to a careless program, and those in use on the wire. */
const HOSTILE = ['__proto__', 'constructor', 'prototype', 'then', 'toJSON', 'toString', 'valueOf', 'length', 'polluted']

const name = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ maxLength: 8 }))

export const jsonText = fc.oneof(
  fc.constantFrom('', ' ', '0', '[object Object]', 'null', 'undefined', '\u0000', '\ud800', '__proto__', '𝒳', '<img>'),
  fc.string(),
  fc.string({ unit: 'binary', maxLength: 20 }),
)

const leaf: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom(
    'null',
    'true',
    'false',
    '0',
    '-0',
    '-1',
    '1',
    '1.5',
    '1e400',
    '-1e400',
    '1e-400',
    '9007199254740993',
  ),
  fc.constantFrom(
    '"yes"',
    '"1"',
    '{}',
    '[]',
    '[[]]',
    '{"toString":1,"valueOf":1}',
    '{"length":1,"0":"x"}',
    '{"then":1}',
  ),
  fc.integer().map(String),
  jsonText.map((text) => JSON.stringify(text)),
)

export const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items}]`),
    fc.array(fc.tuple(name, tie('value')), { maxLength: 4 }).map(objectText),
  ),
})).value

/** An object with these members in this order, also twice by one name. */
function objectText(members: readonly (readonly [string, Json])[]): Json {
  return `{${members.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join()}}`
}

/** One thing that is done to an object on its way. */
export type Edit = (members: (readonly [string, Json])[]) => (readonly [string, Json])[]

/** Takes members away, puts others in their place, adds hostile ones, before or after the right ones. */
export function edits(names: readonly string[], wrong: fc.Arbitrary<Json> = json): fc.Arbitrary<Edit[]> {
  const known = fc.constantFrom(...names)
  const one: fc.Arbitrary<Edit> = fc.oneof(
    known.map<Edit>((gone) => (members) => members.filter(([key]) => key !== gone)),
    fc.tuple(known, wrong).map<Edit>(([at, value]) => (members) => [
      ...members.filter(([key]) => key !== at),
      [at, value] as const,
    ]),
    fc.tuple(known, fc.constantFrom(...NEAR)).map<Edit>(
      ([at, near]) =>
        (members) =>
          members.map(([key, value]) => [key, key === at ? near(value) : value] as const),
    ),
    fc.tuple(name, json).map<Edit>(([key, value]) => (members) => [[key, value] as const, ...members]),
    fc.tuple(name, json).map<Edit>(([key, value]) => (members) => [...members, [key, value] as const]),
  )
  return fc.array(one, { maxLength: 3 })
}

/** What is nearly the same value. */
const NEAR: ((value: Json) => Json)[] = [
  (value) => `[${value}]`,
  (value) => `[${value},${value}]`,
  (value) => `{"0":${value}}`,
  (value) => (value.startsWith('"') ? value : `"${value.replaceAll('"', '')}"`),
  (value) => value.replace(/"$/, ' "'),
  (value) => value.replace(/"$/, '\\u0000"'),
  (value) => value.replace(/"$/, '/"'),
  (value) => value.replace(/^"/, '" '),
  (value) => value.toUpperCase().replaceAll('\\U', '\\u'),
  (value) => value.replace(/\w/, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`),
]

/** The object that comes of it, as text. */
export function edited(right: Record<string, unknown>, changes: readonly Edit[]): Json {
  const members = Object.entries(right).flatMap(([key, value]) => {
    const text = JSON.stringify(value)
    return text === undefined ? [] : [[key, text] as const]
  })
  return objectText(changes.reduce((all, change) => change(all), members))
}

/** Whether an object anywhere in the text has two members of one name: no parser tells afterwards. */
export function hasDuplicates(text: Json): boolean {
  const open: (Set<string> | undefined)[] = []
  for (const [token, string, colon] of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/gs)) {
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(undefined)
    else if (token === '}' || token === ']') open.pop()
    else if (string && colon) {
      const key = String(JSON.parse(string))
      if (open.at(-1)?.has(key)) return true
      open.at(-1)?.add(key)
    }
  }
  return false
}

export function parsed(text: Json): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
