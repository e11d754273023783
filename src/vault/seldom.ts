/** What most pages never need. */
export { bareToken } from './bare-token.ts'
export { mayHelpToRefresh, stepUpRequired } from './challenge.ts'
export { renewInFrame } from './frame-renewal.ts'
export { askUserInfo } from './user-info.ts'
