import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const root = import.meta.dirname
const dist = join(root, '../../dist')

export default defineConfig({
  root,
  plugins: [react()],
  resolve: {
    alias: [
      { find: /^latchkey$/, replacement: join(dist, 'index.js') },
      { find: /^latchkey\/react$/, replacement: join(dist, 'react.js') },
    ],
  },
  // Only React's development build runs effects twice under StrictMode.
  define: { 'process.env.NODE_ENV': '"development"' },
  build: {
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: { input: [join(root, 'plain.html'), join(root, 'react.html')] },
  },
})
