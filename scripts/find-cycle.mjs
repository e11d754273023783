// @ts-check

/**
 * One way round in circles, or undefined where there is none.
 * @param {Map<string, string[]>} graph
 * @returns {string[] | undefined}
 */
export function findCycle(graph) {
  /** @type {Set<string>} */
  const done = new Set()

  /** @param {string} node @param {string[]} path @returns {string[] | undefined} */
  const walk = (node, path) => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node]
    if (done.has(node)) return undefined
    for (const next of graph.get(node) ?? []) {
      const cycle = walk(next, [...path, node])
      if (cycle) return cycle
    }
    done.add(node)
    return undefined
  }

  for (const node of graph.keys()) {
    const cycle = walk(node, [])
    if (cycle) return cycle
  }
  return undefined
}
