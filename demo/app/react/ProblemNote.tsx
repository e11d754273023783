import type { ReactNode } from 'react'
import type { Problem } from '../shared/problem.ts'

export function ProblemNote({ problem, children }: { problem: Problem; children?: ReactNode }) {
  return (
    <div className="problem" role="alert">
      <p>{problem.words}</p>
      {problem.detail && <p className="problem-said">{problem.detail}</p>}
      {problem.said && <p className="problem-said">It says: “{problem.said}”</p>}
      <div className="problem-foot">
        <code>{problem.code}</code>
        {children}
      </div>
    </div>
  )
}
