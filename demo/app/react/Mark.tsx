export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" />
      <path d="M16 7a5 5 0 0 1 2.6 9.3L20.4 25h-8.8l1.8-8.7A5 5 0 0 1 16 7z" />
    </svg>
  )
}
