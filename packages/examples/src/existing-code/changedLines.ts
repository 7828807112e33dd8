/**
 * Counts the lines in which two texts differ, as a reviewer counts them: a line that was replaced is one.
 */
export const changedLines = (before: string, after: string): number => {
  const [a, b] = [before.split("\n"), after.split("\n")]
  // fewest[i][j]: the fewest changes that make the first j lines of `after` of the first i of `before`
  const fewest = Array.from({ length: a.length + 1 }, () => b.map(() => 0).concat(0))
  const at = (i: number, j: number): number => fewest[i]![j]!
  for (let i = 0; i <= a.length; i++) {
    for (let j = 0; j <= b.length; j++) {
      if (i === 0 || j === 0) fewest[i]![j] = i + j
      else if (a[i - 1] === b[j - 1]) fewest[i]![j] = at(i - 1, j - 1)
      else fewest[i]![j] = 1 + Math.min(at(i - 1, j), at(i, j - 1), at(i - 1, j - 1))
    }
  }
  return at(a.length, b.length)
}
