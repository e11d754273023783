/** What a step comes to that may throw: storage that is blocked or full, a window of another origin. `undefined` then. */
export function trying<Result>(step: () => Result): Result | undefined {
  try {
    return step()
  } catch {
    return undefined
  }
}
