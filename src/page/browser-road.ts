import { trying } from '../trying.ts'

/** What a page needs of `window` to leave. */
export interface Road {
  readonly leave: (url: string) => void
  /** So that the back button does not lead to this page. */
  readonly leaveUnseen: (url: string) => void
  /** Whether a page of another site has put this one into a frame. */
  readonly isFramedByStranger: () => boolean
}

export const browserRoad = (): Road => ({
  leave: (url) => location.assign(url),
  leaveUnseen: (url) => location.replace(url),
  isFramedByStranger: () => trying(() => window.top?.location.origin) !== location.origin,
})
