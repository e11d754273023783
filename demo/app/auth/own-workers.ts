/** Under Trusted Types the page's policy has to vouch for each script's address: this app's own files, and no others. */
export function admitOwnWorkers(): void {
  window.trustedTypes?.createPolicy('default', {
    createScriptURL: (url) => (new URL(url, location.href).origin === location.origin ? url : null),
  })
}
