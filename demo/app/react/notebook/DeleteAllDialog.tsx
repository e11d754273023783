import type { StepUp } from 'latchkey'
import { useAuth } from 'latchkey/react'
import { useEffect, useRef, useState } from 'react'
import { type Problem, problemOf } from '../../shared/problem.ts'
import { ProblemNote } from '../ProblemNote.tsx'
import type { Notes } from './use-notes.ts'

/** Where a confirmed person lands. It opens the question again and never deletes by itself: anybody can make a link. */
export const CONFIRMED = '#confirmed'

type Step =
  | { readonly name: 'asking' | 'confirmed' | 'busy' }
  | { readonly name: 'step-up'; readonly stepUp: StepUp }
  | { readonly name: 'failed'; readonly problem: Problem }

interface Props {
  readonly count: number
  readonly removeAll: Notes['removeAll']
  readonly close: () => void
}

export function DeleteAllDialog({ count, removeAll, close }: Props) {
  const { login } = useAuth()
  const dialog = useRef<HTMLDialogElement>(null)
  const [step, setStep] = useState<Step>({ name: location.hash === CONFIRMED ? 'confirmed' : 'asking' })

  useEffect(() => {
    dialog.current?.showModal()
    if (location.hash === CONFIRMED) history.replaceState(history.state, '', location.pathname + location.search)
  }, [])

  const deleteAll = async () => {
    setStep({ name: 'busy' })
    try {
      await removeAll()
      close()
    } catch (error) {
      const problem = problemOf(error)
      setStep(problem.stepUp ? { name: 'step-up', stepUp: problem.stepUp } : { name: 'failed', problem })
    }
  }
  const confirm = async (stepUp: StepUp) => {
    setStep({ name: 'busy' })
    await login({ stepUp, returnTo: CONFIRMED }).catch((error) =>
      setStep({ name: 'failed', problem: problemOf(error) }),
    )
  }

  return (
    <dialog ref={dialog} aria-labelledby="delete-all" onClose={close}>
      <h2 id="delete-all">{step.name === 'step-up' ? 'Please confirm it’s you' : titleFor(count)}</h2>
      {step.name === 'step-up' ? (
        <p>Deleting everything needs a fresh sign-in. You come back here, and nothing is deleted until you say so.</p>
      ) : (
        <p>{step.name === 'confirmed' && 'Thank you, it’s you. '}What is deleted stays deleted.</p>
      )}
      {step.name === 'failed' && <ProblemNote problem={step.problem} />}
      <div className="dialog-actions">
        <button type="button" className="quiet" onClick={() => dialog.current?.close()}>
          Keep them
        </button>
        {step.name === 'step-up' ? (
          <button key="confirm" type="button" className="primary" onClick={() => confirm(step.stepUp)}>
            Confirm it’s me
          </button>
        ) : (
          <button
            type="button"
            className="primary danger"
            onClick={deleteAll}
            disabled={step.name === 'busy' || count === 0}
          >
            {step.name === 'busy' ? 'One moment…' : 'Delete all'}
          </button>
        )}
      </div>
    </dialog>
  )
}

function titleFor(count: number): string {
  if (count === 0) return 'There is nothing to delete'
  return count === 1 ? 'Delete your one note?' : `Delete all ${count} notes?`
}
