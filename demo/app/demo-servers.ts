import type { Connect, Plugin } from 'vite'

/** Where the demo's other two servers are. The start script says so through the environment. */
export const demoServers = {
  issuer: process.env.DEMO_ISSUER ?? 'http://localhost:5172',
  api: process.env.DEMO_API ?? 'http://localhost:5171',
}

const NAME = 'virtual:demo-servers'
const MODULE = '/servers.js'

/**
 * The module from which pages and workers learn the same. Served, not built in: one build runs against any provider. A module
 * and no JSON, because a worker has to listen as soon as it runs, and cannot wait for an answer first.
 */
export function demoServersModule(): Plugin {
  let developing = false
  const source = Object.entries(demoServers).map(([name, url]) => `export const ${name} = ${JSON.stringify(url)}\n`)
  const answer: Connect.NextHandleFunction = (_request, response) => {
    response.setHeader('Content-Type', 'text/javascript')
    response.setHeader('Cache-Control', 'no-store')
    response.end(source.join(''))
  }
  return {
    name: 'demo-servers',
    configResolved: ({ command }) => {
      developing = command === 'serve'
    },
    resolveId: (id) => {
      if (id !== NAME) return undefined
      return developing ? `\0${NAME}` : { id: MODULE, external: 'absolute' }
    },
    load: (id) => (id === `\0${NAME}` ? source.join('') : undefined),
    configurePreviewServer: ({ middlewares }) => void middlewares.use(MODULE, answer),
  }
}
