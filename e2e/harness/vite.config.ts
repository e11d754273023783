import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const root = import.meta.dirname
const dist = join(root, '../../dist')

/** The library as it ships. */
const shipped = (entry: string, file: string) => ({ find: new RegExp(`^${entry}$`), replacement: join(dist, file) })

const pages = ['plain', 'react', 'worker', 'shared-worker']

export default defineConfig({
  root,
  plugins: [react()],
  resolve: {
    alias: [
      shipped('latchkey', 'index.js'),
      shipped('latchkey/events', 'events.js'),
      shipped('latchkey/persist', 'persist.js'),
      shipped('latchkey/react', 'react.js'),
      shipped('latchkey/remote', 'remote.js'),
      shipped('latchkey/vault', 'vault.js'),
    ],
  },
  worker: { format: 'es' },
  // Only React's development build runs effects twice under StrictMode.
  define: { 'process.env.NODE_ENV': '"development"' },
  build: {
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: { input: pages.map((page) => join(root, `${page}.html`)) },
  },
})
