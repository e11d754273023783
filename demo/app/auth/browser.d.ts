// What TypeScript's own types do not know yet.

interface WorkerOptions {
  /** Chromium: the shared worker outlives the reload of its only page. */
  extendedLifetime?: boolean
}

interface Window {
  readonly trustedTypes?: {
    createPolicy(name: string, rules: { createScriptURL: (url: string) => string | null }): unknown
  }
}
