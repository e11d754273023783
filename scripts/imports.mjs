// @ts-check
import { parseSync, Visitor } from 'vite'

/**
 * @typedef {object} Import
 * @property {string | undefined} specifier What is imported; undefined where it is computed and cannot be read.
 * @property {boolean} typeOnly As a whole: `import { type X }` still loads the module.
 * @property {number} start Where the specifier stands in the text, quotes included.
 * @property {number} end
 * @property {number} line
 */

/**
 * Every import of a module: static, dynamic, re-exported, of a type, of a worker by `new URL('./x', import.meta.url)`.
 * @param {string} file
 * @param {string} text
 * @returns {Import[]}
 */
export function importsOf(file, text) {
  const { program, errors } = parseSync(file, text)
  const [error] = errors
  if (error) throw new SyntaxError(`${file}: ${error.message}`)
  /** @type {Import[]} */
  const found = []
  /** @param {any} source @param {boolean} typeOnly */
  const add = (source, typeOnly) => {
    const specifier = source.type === 'Literal' && typeof source.value === 'string' ? source.value : undefined
    const { start, end } = source
    found.push({ specifier, typeOnly, start, end, line: text.slice(0, start).split('\n').length })
  }
  new Visitor({
    ImportDeclaration: (node) => add(node.source, node.importKind === 'type'),
    ExportNamedDeclaration: (node) => {
      if (node.source) add(node.source, node.exportKind === 'type')
    },
    ExportAllDeclaration: (node) => add(node.source, node.exportKind === 'type'),
    ImportExpression: (node) => add(node.source, false),
    TSImportType: (node) => add(node.source, true),
    TSExternalModuleReference: (node) => add(node.expression, false),
    NewExpression: (node) => {
      if (isModuleUrl(node)) add(node.arguments[0], false)
    },
  }).visit(program)
  return found
}

/** @param {any} node `new URL('./x.ts', import.meta.url)`: how a bundler finds a worker. */
function isModuleUrl({ callee, arguments: [path, base] }) {
  return (
    callee.name === 'URL' &&
    path?.type === 'Literal' &&
    base?.type === 'MemberExpression' &&
    base.object.type === 'MetaProperty'
  )
}
