import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { serveDemoConfig } from './demo-servers.ts'
import { developmentHeaders, productionHeaders } from './security-headers.ts'

const root = import.meta.dirname
const port = Number(process.env.DEMO_APP_PORT ?? 5170)
const address = { host: 'localhost', port, strictPort: true }

export default defineConfig(({ command, isPreview }) => {
  const developing = command === 'serve' && !isPreview
  const nonce = randomUUID()
  return {
    root,
    plugins: [react(), vue(), serveDemoConfig()],
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

function fromSource() {
  return aliases({ latchkey: 'src/index.ts', 'latchkey/react': 'src/react.tsx', 'latchkey/vue': 'src/vue.ts' })
}

/** The demo that ships is made of the library that ships. */
function fromBuild() {
  if (!existsSync(join(root, '../../dist/index.js'))) throw new Error('Build the library first: npm run build')
  return aliases({ latchkey: 'dist/index.js', 'latchkey/react': 'dist/react.js', 'latchkey/vue': 'dist/vue.js' })
}

function aliases(files: Readonly<Record<string, string>>) {
  return Object.entries(files).map(([name, file]) => ({
    find: new RegExp(`^${name}$`),
    replacement: join(root, '../..', file),
  }))
}
