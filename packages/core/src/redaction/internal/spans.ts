/** Stands in the place of a secret. */
export const mask = "[redacted]"

/** Describes where secrets stand in a text: pairs of start and end, in any order. */
export type Spans = Array<number>

/** Puts the mask in the place of every span; spans that touch become one. */
export const cover = (text: string, spans: Spans): string => {
  const sorted: Array<readonly [start: number, end: number]> = []
  for (let i = 0; i < spans.length; i += 2) sorted.push([spans[i]!, spans[i + 1]!])
  sorted.sort(([a], [b]) => a - b)
  let out = ""
  let done = 0
  let from = -1
  let to = -1
  for (const [start, end] of [...sorted, [Infinity, Infinity] as const]) {
    if (start <= to) {
      to = Math.max(to, end)
      continue
    }
    if (to >= 0) {
      out += text.slice(done, from) + mask
      done = to
    }
    from = start
    to = end
  }
  return out + text.slice(done)
}
