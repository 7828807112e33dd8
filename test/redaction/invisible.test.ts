/** Letters that nobody sees hide nothing: they are escaped in what a model reads, and a secret with one inside is masked. */
import * as Degrade from "@errata/core/Degrade"
import * as Errors from "@errata/core/Errors"
import * as Problem from "@errata/core/Problem"
import * as Redaction from "@errata/core/Redaction"
import type { ReferenceId } from "@errata/core/ReferenceId"
import * as Render from "@errata/mcp-adapter/Render"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import { expect, it } from "vitest"

const Weather = Degrade.parts({ required: {}, optional: { forecast: Schema.String } })

const letters: Readonly<Record<string, string>> = {
  "soft hyphen": "\u00ad",
  "combining grapheme joiner": "\u034f",
  "Arabic letter mark": "\u061c",
  "Hangul initial filler": "\u115f",
  "Hangul medial filler": "\u1160",
  "Khmer inherent vowel": "\u17b4",
  "Mongolian variation selector": "\u180b",
  "Mongolian vowel separator": "\u180e",
  "zero width space": "\u200b",
  "right-to-left mark": "\u200f",
  "right-to-left override": "\u202e",
  "word joiner": "\u2060",
  "an unassigned one": "\u2065",
  isolate: "\u2066",
  "blank Braille pattern": "\u2800",
  "Hangul filler": "\u3164",
  "variation selector 1": "\ufe00",
  "variation selector 16 behind a letter": "\ufe0f",
  "byte order mark": "\ufeff",
  "halfwidth Hangul filler": "\uffa0",
  "interlinear annotation": "\ufff9",
  tag: "\u{e0041}",
  "variation selector 17": "\u{e0100}"
}

const described = Problem.describe(new Errors.NotFound({ resource: "Document" }), {
  safety: "read",
  started: true,
  referenceId: "5f3c9a1e" as ReferenceId
})

const token = ["gh", "p_", "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0xLabcd"].join("")

it.each(Object.entries(letters))("%s", async (_, letter) => {
  const line = Render.line(`a${letter}b`, 100)
  expect(line).not.toContain(letter)
  expect(line).toMatch(/^a(?:\\u[0-9a-f]{4})+b$/)
  const problem = { ...described.problem, message: `a${letter}b` }
  expect(Render.json({ ...described, problem })).toContain(`"message":"${line}"`)

  expect(Redaction.standard.text(`${token.slice(0, 15)}${letter}${token.slice(15)}`)).toBe(Redaction.mask)
  expect(Redaction.standard.text(`pass${letter}word=swordfish`)).not.toContain("swordfish")

  const answer = await Effect.runPromise(
    Weather.collect({
      forecast: { effect: Effect.fail(new Errors.Unavailable({ service: `a${letter}b` })), impact: "x" }
    })
      .pipe(Effect.provide(Logger.layer([])))
  )
  expect(answer.warnings[0]?.reason).toBe("unavailable: a b is unavailable")
})

it("an emoji keeps its selector, its joiners and its keycap", () => {
  for (
    const text of [
      "I \u2764\ufe0f it",
      "\u{1f469}\u200d\u{1f469}\u200d\u{1f467}",
      "1\ufe0f\u20e3",
      "\u26a0\ufe0f 3 warnings"
    ]
  ) {
    expect(Render.line(text, 100)).toBe(text)
    expect(Redaction.standard.text(text)).toBe(text)
  }
})
