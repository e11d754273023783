import type { Window } from 'happy-dom'

/** Frames that go where they are sent without a network: `load` answers the URL that they end on. */
export function fakeFrames(window: Window, load: (url: string) => Promise<string | undefined>): void {
  const { document } = window
  const createElement = document.createElement.bind(document) as (name: string) => object
  const create = (name: string) =>
    name === 'iframe' ? frame(createElement('div'), window.location.origin, load) : createElement(name)
  Object.defineProperty(document, 'createElement', { value: create })
}

function frame(element: object, origin: string, load: (url: string) => Promise<string | undefined>): object {
  let href = 'about:blank'
  return Object.defineProperties(element, {
    onload: { value: undefined, writable: true },
    src: {
      set(url: string) {
        void load(url).then((end) => {
          if (end === undefined) return
          href = end
          ;(element as { onload?: () => void }).onload?.()
        })
      },
    },
    contentWindow: {
      value: {
        get location() {
          if (new URL(href).origin !== origin) throw new DOMException('Blocked a frame', 'SecurityError')
          return { href }
        },
      },
    },
  })
}
