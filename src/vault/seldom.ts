/** What most pages never need. */
export { mayHelpToRefresh, stepUpRequired } from './challenge.ts'
export { askUserInfo } from './user-info.ts'
