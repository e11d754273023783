const TICKS = Array.from({ length: 60 }, (_, second) => second)

/** A minute around a keyhole: the life of an access token. */
export function Dial() {
  return (
    <svg className="dial" viewBox="-100 -100 200 200" aria-hidden="true">
      {TICKS.map((second) => (
        <line
          key={second}
          className={second < 42 ? 'lit' : 'spent'}
          y1={second % 5 === 0 ? -78 : -84}
          y2={-94}
          transform={`rotate(${second * 6})`}
        />
      ))}
      <path d="M0-34a20 20 0 0 1 10 37.3L17 40h-34l7-36.7A20 20 0 0 1 0-34z" />
    </svg>
  )
}
