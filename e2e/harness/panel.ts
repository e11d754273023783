import { type Harness, wordsFor } from './harness.ts'

/** What a person sees: who is signed in, and two buttons. */
export async function showPanel(harness: Harness): Promise<void> {
  const { auth } = harness
  const status = document.createElement('p')
  status.setAttribute('role', 'status')
  const show = () => {
    status.textContent = wordsFor(auth.state)
  }

  document.getElementById('root')?.append(
    status,
    button('Sign in', () => auth.login()),
    button('Sign out', () => auth.logout()),
  )
  auth.subscribe(show)
  show()
  const begun = performance.now()
  await auth.start()
  harness.startTook = performance.now() - begun
  show()

  function button(name: string, act: () => Promise<unknown>): HTMLButtonElement {
    const element = document.createElement('button')
    element.textContent = name
    element.addEventListener('click', () => {
      act().catch((error) => {
        status.textContent = `refused: ${error.code}`
      })
    })
    return element
  }
}
