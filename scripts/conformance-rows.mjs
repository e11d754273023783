// @ts-check
/**
 * One case of the catalogue. `reason` says why it has no test; `partly` what is open although it has some.
 * @typedef {{ id: string, case: string, outcome: string, source?: string, reason?: string, partly?: string }} Row
 * @typedef {{ group: string, title: string, rows: Row[] }} Group
 */

const TEXTS = ['id', 'case', 'outcome', 'source', 'reason', 'partly']
const NEEDED = 3

/**
 * A line for each group, with its rows on the lines below it. Throws where a line is none of the two.
 * @param {string} text
 * @returns {Group[]}
 */
export function parseCatalogue(text) {
  /** @type {Group[]} */
  const groups = []
  const ids = new Set()
  for (const line of text.split(/\r?\n/).filter(Boolean)) {
    const entry = JSON.parse(line)
    if ('group' in entry) {
      groups.push({ ...entry, rows: [] })
      continue
    }
    const group = groups.at(-1)
    const wrong = problemWith(entry)
    if (wrong) throw new Error(`${line}\n  ${wrong}`)
    if (!group || !entry.id.startsWith(group.group)) throw new Error(`${entry.id} stands outside its group`)
    if (ids.has(entry.id)) throw new Error(`${entry.id} is there twice`)
    ids.add(entry.id)
    group.rows.push(entry)
  }
  return groups
}

/** @param {Record<string, unknown>} entry */
function problemWith(entry) {
  for (const [name, value] of Object.entries(entry)) {
    if (!TEXTS.includes(name)) return `"${name}" is not known`
    if (typeof value !== 'string' || !value || /[|\n]/.test(value)) return `"${name}" must be a text without | in it`
  }
  const missing = TEXTS.slice(0, NEEDED).find((name) => !(name in entry))
  if (missing) return `"${missing}" is missing`
  return 'reason' in entry && 'partly' in entry ? 'either "reason" or "partly", not both' : undefined
}
