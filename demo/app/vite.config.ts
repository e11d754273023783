import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { demoServersModule } from './demo-servers.ts'
import { developmentHeaders, productionHeaders } from './security-headers.ts'

const root = import.meta.dirname
const port = Number(process.env.DEMO_APP_PORT ?? 5170)
const address = { host: 'localhost', port, strictPort: true }

export default defineConfig(({ command, isPreview }) => {
  const developing = command === 'serve' && !isPreview
  const nonce = randomUUID()
  return {
    root,
    plugins: [react(), vue(), demoServersModule()],
    worker: { format: 'es', plugins: () => [demoServersModule()] },
    resolve: { alias: isPreview ? [] : developing ? fromSource() : fromBuild() },
    ...(developing ? { html: { cspNonce: nonce } } : {}),
    server: { ...address, headers: developmentHeaders(nonce, port) },
    preview: { ...address, headers: productionHeaders },
    build: {
      emptyOutDir: true,
      // Small files as data: URLs would need exceptions in the policy.
      assetsInlineLimit: 0,
      rolldownOptions: { input: [join(root, 'index.html'), join(root, 'vue.html')] },
    },
  }
})

/** What the demo imports, and the module of it. */
const ENTRIES = { latchkey: 'index', react: 'react', vue: 'vue', remote: 'remote', vault: 'vault', events: 'events' }

function fromSource() {
  return aliases((module) => `src/${module}.${module === 'react' ? 'tsx' : 'ts'}`)
}

/** The demo that ships is made of the library that ships. */
function fromBuild() {
  if (!existsSync(join(root, '../../dist/index.js'))) throw new Error('Build the library first: npm run build')
  return aliases((module) => `dist/${module}.js`)
}

function aliases(fileOf: (module: string) => string) {
  return Object.entries(ENTRIES).map(([name, module]) => ({
    find: new RegExp(name === 'latchkey' ? '^latchkey$' : `^latchkey/${name}$`),
    replacement: join(root, '../..', fileOf(module)),
  }))
}
