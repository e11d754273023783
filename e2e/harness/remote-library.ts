import { AuthError, connectVault, createAuth } from 'latchkey/remote'
import workerUrl from './auth.worker.ts?worker&url'
import type { HarnessOptions, Library } from './harness.ts'

// Under Trusted Types a worker's URL is checked like any script's.
const policy = (
  window as unknown as { trustedTypes: { createPolicy: (name: string, rules: object) => Policy } }
).trustedTypes.createPolicy('harness-worker', { createScriptURL: (url: string) => url })

interface Policy {
  readonly createScriptURL: (url: string) => string
}

new BroadcastChannel('harness worker').onmessage = ({ data }) => {
  if (data.problem?.startsWith('policy violated')) console.error(data.problem)
  else if (data.problem) reportError(new Error(data.problem))
}

/** The vault is in a worker that is made for these options, which are its name. */
export function remoteLibrary(makeWorker: (url: string, name: string) => Worker | SharedWorker): Library {
  const url = policy.createScriptURL(workerUrl)
  return {
    AuthError,
    createAuth: ({ waitForLogin = false, ...options }: HarnessOptions) =>
      createAuth({ vault: connectVault(() => makeWorker(url, JSON.stringify(options))), waitForLogin }),
  }
}
