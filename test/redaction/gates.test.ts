/**
 * The quick looks before the expressions change nothing: a text is masked alike where all of them are open, and what the first
 * version of the redactor saw no reason to look at still comes out as it was.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Redaction from "@errata/core/Redaction"
import { anyText, runs } from "../core/support/arbitraries.ts"
import { all } from "../core/support/secrets.ts"
import { samples } from "./support/generate.ts"
import { innocents } from "./support/innocents.ts"

const whole = Redaction.make({ limits: { redacted: Number.MAX_SAFE_INTEGER } })
const plain = whole.text
const strict = Redaction.strict(whole).text

/** Opens every gate, and is no secret. */
const opener =
  "a=1, b: \"val\" 'd' <e> \\n %7e &amp; -f basic x passw kty hook AA sv1 ~ $ ! + T3BlbkFJ eyJ @ oracle: Private " +
  "an.innocent.run.of.letters.in.a.row 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5\n"

const alike = (text: string): void => {
  expect(plain(`${opener}${text}`)).toBe(`${opener}${plain(text)}`)
  expect(strict(`${opener}${text}`)).toBe(`${opener}${strict(text)}`)
}

describe("all gates open", () => {
  it("the opener is no secret", () => {
    expect(strict(opener)).toBe(opener)
  })

  it("every known secret is masked alike", () => {
    for (const { text } of all) alike(text)
    for (const { secret } of samples(11)) alike(secret)
  })

  it("every innocent text is left alike", () => {
    for (const text of innocents) alike(text)
  })

  it.prop("any text is masked alike", [anyText], ([text]) => {
    alike(text)
  }, runs(300))
})

/** What the first version looked for before it looked closer. */
const telltales = [
  /:\/\/|authorization|b(?:earer|asic)\s|cookie|:AA|(?:pass(?:word|wd|phrase)?|pwd|key|secret|token|sig(?:nature)?|credentials?)s?(?:\\{0,4}["'])?\s{0,4}[:=]/i,
  /PRIVATE KEY|AGE-SECRET-KEY|eyJ|A(?:KIA|SIA|BIA|CCA|ROA|IDA)|gh[pousr]_|github_pat_|gl[a-z]{2,5}-|xox[a-z]-|xapp-|hooks\.slack|[srp]k_|whsec_|sk-|AIza|ya29\.|GOCSPX-|npm_|pypi-|hf_|SG\.|(?:SK|AC)[0-9a-f]{8}|key-|-us[0-9]|shp[a-z]{2}_|sq0|EAAA|do[oprt]_v1_|dapi|lin_api_|secret_|ntn_|PMAK-|dp\.pt\.|hv[sbr]\./,
  /[0-9][0-9 -]{11,}[0-9]/
]

describe("what the first version did not look at", () => {
  const untold = innocents.filter((text) => !telltales.some((telltale) => telltale.test(text)))

  it("is most of what is innocent, and unchanged", () => {
    expect(untold.length).toBeGreaterThan(innocents.length / 2)
    for (const text of untold) expect(plain(text)).toBe(text)
  })
})
