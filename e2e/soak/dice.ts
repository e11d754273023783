/** mulberry32 by Tommy Ettinger, public domain. Needs nothing around it: it is written into pages and workers as text. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export type Dice = ReturnType<typeof createDice>

export function createDice(seed: number) {
  const random = seededRandom(seed)
  const between = (least: number, most: number) => least + random() * (most - least)
  return {
    between,
    chance: (probability: number) => random() < probability,
    whole: (least: number, most: number) => Math.floor(between(least, most + 1)),
    one<Choice>(choices: readonly Choice[]): Choice {
      return choices[Math.floor(random() * choices.length)] as Choice
    },
    /** Many short ones, few long ones. */
    span: (least: number, most: number) => least * (most / least) ** random(),
  }
}
