/**
 * Counts the edits that make one name another: characters that are put in, left out or replaced, and neighbours that changed places.
 * More than `most` are not counted. Characters are code points.
 */
export const edits = (a: string, b: string, most: number): number => {
  const from = points(a)
  const to = points(b)
  if (Math.abs(from.length - to.length) > most) return most + 1
  let before: ReadonlyArray<number> = []
  let above: ReadonlyArray<number> = to.map((_, j) => j).concat(to.length)
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    let least = i
    for (let j = 1; j <= to.length; j++) {
      const replaced = above[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1)
      let count = Math.min(above[j]! + 1, row[j - 1]! + 1, replaced)
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) {
        count = Math.min(count, before[j - 2]! + 1)
      }
      row.push(count)
      if (count < least) least = count
    }
    if (least > most + 1) return most + 1 // two rows back a swap may still begin
    before = above
    above = row
  }
  return Math.min(above[to.length]!, most + 1)
}

const points = (text: string): ReadonlyArray<number> => Array.from(text, (char) => char.codePointAt(0)!)
