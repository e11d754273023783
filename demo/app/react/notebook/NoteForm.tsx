import { type FormEvent, useRef, useState } from 'react'
import type { Notes } from './use-notes.ts'

export function NoteForm({ add, ready }: { add: Notes['add']; ready: boolean }) {
  const [text, setText] = useState('')
  const field = useRef<HTMLInputElement>(null)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const written = text.trim()
    if (!written) return
    setText('')
    field.current?.focus()
    if (!(await add(written))) setText((now) => now || written)
  }

  return (
    <form className="note-form" onSubmit={submit}>
      <label htmlFor="new-note" className="visually-hidden">
        New note
      </label>
      <input
        id="new-note"
        ref={field}
        value={text}
        onChange={(event) => setText(event.target.value)}
        placeholder="Write a line…"
        maxLength={500}
        autoComplete="off"
      />
      <button type="submit" className="primary" disabled={!ready || !text.trim()}>
        Add
      </button>
    </form>
  )
}
