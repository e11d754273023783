import { AuthError } from '../contract/auth-error.ts'

/** What few pages need is loaded when it is needed, which can fail: offline, or after a new build has replaced the files of this one. */
export const loaded = <Module>(module: Promise<Module>): Promise<Module> =>
  module.catch(() => {
    throw new AuthError('network', 'A file does not load: reload the page.')
  })
