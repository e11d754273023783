import type { Connect, Plugin } from 'vite'

/** Where the demo's other two servers are. The start script says so through the environment. */
export const demoServers = {
  issuer: process.env.DEMO_ISSUER ?? 'http://localhost:5172',
  api: process.env.DEMO_API ?? 'http://localhost:5171',
}

/** Answers `/config.json`, from which the pages learn the same: one build runs against any provider. */
export function serveDemoConfig(): Plugin {
  const answer: Connect.NextHandleFunction = (_request, response) => {
    response.setHeader('Content-Type', 'application/json')
    response.setHeader('Cache-Control', 'no-store')
    response.end(JSON.stringify(demoServers))
  }
  return {
    name: 'demo-config',
    configureServer: ({ middlewares }) => void middlewares.use('/config.json', answer),
    configurePreviewServer: ({ middlewares }) => void middlewares.use('/config.json', answer),
  }
}
