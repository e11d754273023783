import { defineConfig } from 'vitest/config'

export default defineConfig({
  // `latchkey`, `latchkey/react` and `latchkey/vue` mean the sources, as tsconfig.json says.
  resolve: { tsconfigPaths: true },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.{ts,tsx}', 'demo/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'],
    maxWorkers: '100%',
    // Generous: nothing here is about speed.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    restoreMocks: true,
    unstubGlobals: true,
  },
})
