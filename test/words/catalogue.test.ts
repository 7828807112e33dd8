/** Every sentence of the libraries, on record, so that they can be read at one sitting and change only on purpose. */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"
import { collectWords } from "../../tools/api/words.ts"

const root = fileURLToPath(new URL("../../", import.meta.url))
const now = collectWords(root)

it("is what the sources say (if a change is meant: pnpm words --update, and read the difference)", () => {
  expect(now).toBe(readFileSync(new URL("catalogue.txt", import.meta.url), "utf8"))
})

it("holds the sentences of the wire contract", () => {
  for (
    const sentence of ["Do not retry. Report the reference.", "The tool failed unexpectedly", "Did you mean", "  Done."]
  ) {
    expect(now).toContain(sentence)
  }
})

it("tells who reads what", () => {
  const [model, operator, author] = now.split(/^# Read by /m).slice(1) as [string, string, string]
  expect(model).toContain("  Do not retry. Report the reference.\n")
  expect(operator).toContain("  no rule fits it\n")
  expect(author).toContain("a tool that may not be repeated cannot carry a retry policy")
})

it("uses none of the turns that plain English does without", () => {
  const turns = /\b(for the moment|one's own|just so|is told|somebody|nobody|has too much to do|answered something)\b/
  expect(now.split("\n").filter((line) => turns.test(line))).toEqual([])
})
