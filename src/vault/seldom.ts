/** What most pages never need. */
export { mayHelpToRefresh, stepUpRequired } from './challenge.ts'
export { renewInFrame } from './frame-renewal.ts'
export { askUserInfo } from './user-info.ts'
