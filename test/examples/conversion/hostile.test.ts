import { assert, describe, it } from "@effect/vitest"
import {
  SourceCorrupted,
  SourceTooLarge,
  SourceUnsupported
} from "@errata/examples/documents/conversion/ConversionError"
import * as formats from "@errata/examples/documents/conversion/formats"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { wordDocument } from "./fixtures/archive.ts"
import { convert } from "./fixtures/outputs.ts"
import { bytes, sample } from "./fixtures/samples.ts"

const byte = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 255 })))
const randomBytes = Arbitrary.map(Arbitrary.array(byte, { maxLength: 400 }), (values) => new Uint8Array(values))
const randomText = Arbitrary.schema(Schema.String)
const position = Arbitrary.schema(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })))

/** Whatever comes in, a string comes out or one of the two errors about the document, in words of our own. */
const endsWell = (source: Uint8Array, from: formats.SourceFormat): Effect.Effect<void> =>
  Effect.promise(async () => {
    for (const to of formats.supportedTargets(from)) {
      try {
        assert.isString(await convert(source, from, to))
      } catch (error) {
        const isOurs = error instanceof SourceCorrupted || error instanceof SourceTooLarge ||
          error instanceof SourceUnsupported
        if (!isOurs) throw error
        assert.match(error.message, /^[A-Z][\w .,:;%()-]+\.$/)
      }
    }
  })

/** A document with some of its bytes changed. */
const damaged = (
  document: Uint8Array,
  changes: ReadonlyArray<readonly [position: number, value: number]>
): Uint8Array => {
  const copy = new Uint8Array(document)
  for (const [position, value] of changes) copy[Math.floor(position * (copy.length - 1))] = value
  return copy
}

const changes = Arbitrary.array(Arbitrary.all([position, byte]), { minLength: 1, maxLength: 8 })

const samples: { readonly [S in formats.SourceFormat]: Uint8Array } = {
  markdown: sample("reports/annual-report.md"),
  html: sample("reports/wicked-bible.html"),
  csv: sample("data/orders.csv"),
  json: sample("data/orders.json"),
  text: sample("letters/to-the-compositor.txt"),
  pdf: sample("reports/misprint-census.pdf"),
  docx: sample("letters/apology-to-subscribers.docx")
}

describe("hostile sources", () => {
  for (const format of formats.sourceFormats) {
    it.effect.prop(
      `${format}: random bytes`,
      { source: randomBytes },
      ({ source }) => endsWell(source, format),
      { timeout: 60_000, arbitrary: { runs: 60 } }
    )

    it.effect.prop(
      `${format}: a damaged document`,
      { changes },
      ({ changes }) => endsWell(damaged(samples[format], changes), format),
      { timeout: 60_000, arbitrary: { runs: 60 } }
    )
  }

  for (const format of ["markdown", "html", "csv", "json", "text"] as const) {
    it.effect.prop(
      `${format}: random text`,
      { text: randomText },
      ({ text }) => endsWell(bytes(text), format),
      { timeout: 60_000, arbitrary: { runs: 60 } }
    )
  }

  it.effect.prop(
    "pdf: random bytes between the marks of a PDF",
    { source: randomBytes },
    ({ source }) => endsWell(new Uint8Array([...bytes("%PDF-1.7\n"), ...source, ...bytes("\n%%EOF\n")]), "pdf"),
    { timeout: 60_000, arbitrary: { runs: 60 } }
  )

  it.effect.prop(
    "docx: random text for a body",
    { text: randomText },
    ({ text }) => endsWell(wordDocument(text), "docx"),
    { timeout: 60_000, arbitrary: { runs: 60 } }
  )

  it.effect.prop(
    "text is kept to the letter where it becomes JSON",
    { rows: Arbitrary.array(Arbitrary.all([randomText, randomText]), { minLength: 1, maxLength: 5 }) },
    ({ rows }) =>
      Effect.promise(async () => {
        const isText = (text: string): boolean => !text.includes("\0") && text.isWellFormed()
        if (!rows.every((row) => row.every(isText))) return
        const quoted = rows.map((row) => row.map((field) => `"${field.replaceAll("\"", "\"\"")}"`).join())
        const json = await convert(bytes(`first,second\n${quoted.join("\n")}\n`), "csv", "json")
        assert.deepStrictEqual(JSON.parse(json), rows.map(([first, second]) => ({ first, second })))
      })
  )

  it("finds documents that are nested too deeply", async () => {
    const depth = 20_000
    const sources = [
      ["markdown", ">".repeat(depth)],
      ["markdown", `${"*a ".repeat(depth)}${"*".repeat(depth)}`],
      ["markdown", "[".repeat(depth)],
      ["html", "<div>".repeat(depth)],
      ["html", "<b><i>".repeat(depth)],
      ["html", `${"<table><tr><td>".repeat(depth)}x`]
    ] as const
    for (const [format, text] of sources) await Effect.runPromise(endsWell(bytes(text), format))
  }, 60_000)
})
