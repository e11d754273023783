// @ts-check
// Claim: in src/, every file imports only what its layer may know, and no files import each other in circles.
import { join, resolve } from 'node:path'
import { readLayers } from './layers.mjs'

const { modules, problems } = readLayers(resolve(process.argv[2] ?? join(import.meta.dirname, '../src')))
if (problems.length > 0) {
  console.error(problems.join('\n'))
  process.exitCode = 1
} else {
  console.log(`${modules} modules keep to their layers, no cycles`)
}
