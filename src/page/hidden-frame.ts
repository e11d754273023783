import { AuthError } from '../contract/auth-error.ts'

/**
 * No script runs in the frame: with `prompt=none` a provider answers with redirects alone, so neither its pages nor a
 * second copy of this app can start up in there. What it ends on can be read only if it is of this origin.
 */
export function openHiddenFrame(url: string, timeout: number, gone: AbortSignal): Promise<string> {
  const frame = document.createElement('iframe')
  frame.setAttribute('sandbox', 'allow-same-origin')
  frame.hidden = true
  return new Promise((resolve, reject) => {
    const close = () => {
      clearTimeout(tooLate)
      gone.removeEventListener('abort', refuse)
      frame.remove()
    }
    const refuse = () => {
      close()
      reject(new AuthError('login_required', 'The provider does not answer in a frame. Call login().'))
    }
    // Slow, or out of reach: that says nothing of who is signed in there.
    const giveUp = () => {
      close()
      reject(new AuthError('timeout', `Nothing came back in a hidden frame within ${timeout} ms.`))
    }
    let tooLate = setTimeout(() => {
      // Of a page that was frozen the answer may be here, and be delivered next.
      tooLate = setTimeout(giveUp, timeout / 2)
    }, timeout / 2)
    gone.addEventListener('abort', refuse)
    frame.onload = () => {
      try {
        resolve(frame.contentWindow?.location.href ?? '')
        close()
      } catch {
        refuse()
      }
    }
    frame.src = url
    document.body.append(frame)
  })
}
