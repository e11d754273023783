import type { Notes, Row, Rows } from './use-notes.ts'

export function NoteList({ shown, remove }: { shown: Rows; remove: Notes['remove'] }) {
  if (shown.status === 'failed') return null
  if (shown.status === 'loading') {
    return (
      <p className="sheet sheet-empty" role="status">
        Fetching your notes…
      </p>
    )
  }
  if (shown.rows.length === 0) return <p className="sheet sheet-empty">Nothing here yet. The first line is yours.</p>
  return (
    <ul className="sheet">
      {shown.rows.map((row) => (
        <NoteRow key={row.id} row={row} remove={remove} />
      ))}
    </ul>
  )
}

function NoteRow({ row, remove }: { row: Row; remove: Notes['remove'] }) {
  const { text, createdAt, activity } = row
  return (
    <li className="note" aria-busy={activity !== undefined}>
      <time dateTime={createdAt}>{activity === 'saving' ? 'saving' : shortDate(createdAt)}</time>
      <p>{text}</p>
      <button
        type="button"
        className="note-delete"
        aria-label={`Delete “${text}”`}
        title="Delete"
        disabled={activity !== undefined}
        onClick={() => remove(row)}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M4 4l8 8M12 4l-8 8" />
        </svg>
      </button>
    </li>
  )
}

function shortDate(iso: string): string {
  const date = new Date(iso)
  const today = date.toDateString() === new Date().toDateString()
  return today
    ? date.toLocaleTimeString([], { hour: 'numeric', minute: '2-digit' })
    : date.toLocaleDateString([], { day: 'numeric', month: 'short' })
}
