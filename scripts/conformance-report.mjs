// @ts-check
const SHOWN = 20

/** Says what is wrong, and makes the script fail for it. @param {string[]} problems */
export function fail(problems) {
  console.error(problems.slice(0, SHOWN).join('\n'))
  if (problems.length > SHOWN) console.error(`and ${problems.length - SHOWN} more`)
  process.exitCode = 1
}
