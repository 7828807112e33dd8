import { Html, html } from "./html.ts"
import type { Minute } from "./store.ts"

const width = 720
const height = 160
const shown = 6

/** Returns the types that are told apart in the chart: the most frequent, the rest together. */
export const typesIn = (minutes: ReadonlyArray<Minute>): ReadonlyArray<string> => {
  const sums = new Map<string, number>()
  for (const { errors } of minutes) {
    for (const [type, count] of errors) sums.set(type, (sums.get(type) ?? 0) + count)
  }
  return [...sums].toSorted((a, b) => b[1] - a[1]).slice(0, shown).map(([type]) => type)
}

/** Draws the errors of each minute, stacked by type. Colours and patterns differ, and a table says the same. */
export const chartOf = (minutes: ReadonlyArray<Minute>, types: ReadonlyArray<string>): Html => {
  const total = ({ errors }: Minute) => [...errors.values()].reduce((sum, count) => sum + count, 0)
  const highest = Math.max(1, ...minutes.map(total))
  const step = width / minutes.length
  const bars = minutes.flatMap((minute, i) => {
    let y = height
    const counts = types.map((type) => minute.errors.get(type) ?? 0)
    const rest = total(minute) - counts.reduce((sum, count) => sum + count, 0)
    return [...counts, rest].flatMap((count, kind) => {
      if (count === 0) return []
      const size = count / highest * height
      y -= size
      return [
        new Html(
          `<rect class="t${kind}" x="${(i * step).toFixed(1)}" y="${y.toFixed(1)}" width="${
            Math.max(1, step - 1).toFixed(1)
          }" height="${size.toFixed(1)}"/>`
        )
      ]
    })
  })
  const label =
    `Errors for each of the last ${minutes.length} minutes by type; at most ${highest} in a minute. The table below says the same.`
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}" preserveAspectRatio="none">${bars}</svg>
<ul class="legend">${
    [...types, ...minutes.some((minute) => minute.errors.size > types.length) ? ["others"] : []].map((type, kind) =>
      html`<li><span class="key t${kind}" aria-hidden="true"></span>${type}</li>`
    )
  }</ul>`
}
