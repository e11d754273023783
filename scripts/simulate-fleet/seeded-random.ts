/** sfc32 by Chris Doty-Humphrey, public domain: small, fast, and the same numbers for the same seed. */
export function createRandom(seed: number): () => number {
  let a = 0x9e3779b9
  let b = 0x243f6a88
  let c = seed | 0
  let counter = 1
  const next = () => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
  for (let round = 0; round < 15; round += 1) next()
  return next
}

/** The library throws the dice with `Math.random`; meanwhile that is as seeded. */
export function withSeed<Result>(seed: number, run: () => Result): Result {
  const { random } = Math
  Math.random = createRandom(seed)
  try {
    return run()
  } finally {
    Math.random = random
  }
}
