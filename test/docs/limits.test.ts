import * as Limits from "@errata/core/Limits"
import { readFileSync } from "node:fs"
import { expect, it } from "vitest"

const source = readFileSync(new URL("../../packages/core/src/redaction/Limits.ts", import.meta.url), "utf8")

const numberOf = (written: string): number => Number(written.replaceAll(",", ""))

it("tells the default of every limit beside its field and in the table", () => {
  const fields = source.matchAll(/Default: ([\d,]+)[^*]*\*\/\s+readonly (\w+):/g)
  const rows = source.matchAll(/^ \* \| `(\w+)` \| (\d+) \|/gm)
  expect(Object.fromEntries([...fields].map(([, value, name]) => [name, numberOf(value!)]))).toEqual(Limits.defaults)
  expect(Object.fromEntries([...rows].map(([, name, value]) => [name, numberOf(value!)]))).toEqual(Limits.defaults)
})
