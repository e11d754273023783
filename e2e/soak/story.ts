const KEPT = 25

/** The last things that happened, for whoever has to find out why. */
export function createStory() {
  let lines: readonly string[] = []
  const line = (at: number, words: readonly unknown[]) =>
    [new Date(at).toISOString(), ...words.filter((word) => word !== undefined && word !== '')].join(' ')
  return {
    note(at: number, ...words: readonly unknown[]): void {
      lines = [...lines, line(at, words)].slice(-KEPT)
    },
    /** What is wrong, and what led there. */
    ending: (at: number, ...words: readonly unknown[]): string =>
      [line(at, words), ...lines.map((one) => `    ${one}`)].join('\n'),
  }
}

export type Story = ReturnType<typeof createStory>
