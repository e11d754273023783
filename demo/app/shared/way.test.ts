import type { AuthState, LoadingStep } from 'latchkey'
import { beforeEach, expect, it } from 'vitest'
import { watchWay } from './way.ts'

const loading = (waitingFor: LoadingStep): AuthState => ({ status: 'loading', waitingFor })
const SIGNED_IN: AuthState = {
  status: 'signed-in',
  session: { user: { sub: 'ada' }, scope: [] },
  renewal: { status: 'fresh' },
}

/** A page that passes through these states, and the way that it shows in the end. */
function pageThrough(...states: readonly AuthState[]) {
  let tell = (_: AuthState) => {}
  const way = watchWay({
    state: loading('start'),
    subscribe(listener) {
      tell = listener
      return () => {
        tell = () => {}
      }
    },
  })
  for (const state of states) tell(state)
  return way.get()
}

beforeEach(() => sessionStorage.clear())

it('shows each step once, in order, and what came of it', () => {
  expect(pageThrough(loading('vault'), loading('frame'), loading('frame'), SIGNED_IN)).toMatchObject({
    steps: ['start', 'vault', 'frame'],
    end: 'signed-in',
  })
})

it('goes on where the page before left for a redirect', () => {
  pageThrough(loading('vault'), loading('redirect'))
  expect(pageThrough(loading('callback'), { status: 'signed-out' })).toMatchObject({
    steps: ['start', 'vault', 'redirect', 'start', 'callback'],
    end: 'signed-out',
  })
  expect(pageThrough(SIGNED_IN).steps).toEqual(['start'])
})

it('forgets a page that was closed on its way', () => {
  pageThrough(loading('vault'), loading('frame'))
  expect(pageThrough(SIGNED_IN).steps).toEqual(['start'])
})

it('is over once somebody is signed in or nobody is: a popup later on is another story', () => {
  expect(pageThrough({ status: 'signed-out' }, SIGNED_IN, loading('popup'))).toMatchObject({
    steps: ['start'],
    end: 'signed-out',
  })
})
