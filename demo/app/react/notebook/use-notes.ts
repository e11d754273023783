import { api as apiUrl } from 'virtual:demo-servers'
import { useAuth } from 'latchkey/react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { type Note, notesApi } from '../../shared/notes-api.ts'
import { type Problem, problemOf } from '../../shared/problem.ts'

export type Row = Note & { readonly activity?: 'saving' | 'deleting' }

export type Rows =
  | { readonly status: 'loading' }
  | { readonly status: 'ready'; readonly rows: readonly Row[] }
  | { readonly status: 'failed' }

/** What passes by itself is asked again, without hurry. */
const RETRY_MILLISECONDS = 5000

export type Notes = ReturnType<typeof useNotes>

/** The notes as they will be if all goes well; what goes wrong is taken back and said. */
export function useNotes() {
  const { authFetch, state } = useAuth()
  const isDegraded = state.status === 'signed-in' && state.renewal.status === 'degraded'
  const wasDegraded = useRef(false)
  const api = useMemo(() => notesApi(apiUrl, authFetch), [authFetch])
  const [shown, setShown] = useState<Rows>({ status: 'loading' })
  const [problem, setProblem] = useState<Problem>()

  const edit = (change: (rows: readonly Row[]) => readonly Row[]) =>
    setShown((now) => (now.status === 'ready' ? { ...now, rows: change(now.rows) } : now))

  const reload = useCallback(
    async (signal?: AbortSignal) => {
      try {
        setShown({ status: 'ready', rows: await api.list(signal) })
        setProblem(undefined)
      } catch (error) {
        if (signal?.aborted) return
        setShown((now) => (now.status === 'ready' ? now : { status: 'failed' }))
        setProblem(problemOf(error))
      }
    },
    [api],
  )

  useEffect(() => {
    const leaving = new AbortController()
    reload(leaving.signal)
    return () => leaving.abort()
  }, [reload])

  useEffect(() => {
    if (!problem?.passes) return
    const timer = setTimeout(() => reload(), RETRY_MILLISECONDS)
    return () => clearTimeout(timer)
  }, [problem, reload])

  // What could not be loaded meanwhile is loaded when the session has recovered.
  useEffect(() => {
    if (wasDegraded.current && !isDegraded) reload()
    wasDegraded.current = isDegraded
  }, [isDegraded, reload])

  /** Does what was shown already; puts `undo` on screen if it fails. */
  const attempt = async (act: () => Promise<void>, undo: (rows: readonly Row[]) => readonly Row[]) => {
    try {
      await act()
      setProblem(undefined)
      return true
    } catch (error) {
      edit(undo)
      setProblem(problemOf(error))
      return false
    }
  }

  const add = (text: string) => {
    const draft: Row = { id: crypto.randomUUID(), text, createdAt: new Date().toISOString(), activity: 'saving' }
    edit((rows) => [draft, ...rows])
    return attempt(
      async () => {
        const saved = await api.add(text)
        edit((rows) => rows.map((row) => (row.id === draft.id ? saved : row)))
      },
      (rows) => rows.filter((row) => row.id !== draft.id),
    )
  }

  const remove = ({ id, text, createdAt }: Note) => {
    edit((rows) => rows.map((row) => (row.id === id ? { ...row, activity: 'deleting' } : row)))
    return attempt(
      async () => {
        await api.remove(id)
        edit((rows) => rows.filter((row) => row.id !== id))
      },
      (rows) => rows.map((row) => (row.id === id ? { id, text, createdAt } : row)),
    )
  }

  const removeAll = async () => {
    await api.removeAll()
    edit(() => [])
    setProblem(undefined)
  }

  return { shown, problem, reload, add, remove, removeAll }
}
