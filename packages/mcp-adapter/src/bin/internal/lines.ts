/** The longest line that is read: what stands beyond is left out. */
export const longestLine = 1 << 20

/** Takes a line, without its end; `isCut` if it was longer than what is read. */
export type OnLine = (line: Buffer, isCut: boolean) => void

/** Reads a stream line by line. No more than one line is held, whatever stands in it. */
export const readLines = async (chunks: AsyncIterable<Buffer>, onLine: OnLine): Promise<void> => {
  let held: Array<Buffer> = []
  let size = 0
  let isCut = false
  const hold = (part: Buffer): void => {
    const kept = part.subarray(0, Math.max(0, longestLine - size))
    if (kept.length < part.length) isCut = true
    if (kept.length > 0) held.push(kept)
    size += kept.length
  }
  const end = (): void => {
    onLine(held.length === 1 ? held[0]! : Buffer.concat(held), isCut)
    held = []
    size = 0
    isCut = false
  }
  for await (const chunk of chunks) {
    let from = 0
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      hold(chunk.subarray(from, at))
      end()
      from = at + 1
    }
    if (from < chunk.length) hold(chunk.subarray(from))
  }
  if (size > 0) end()
}
