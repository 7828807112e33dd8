import { describe, expect, it } from "@effect/vitest"
import { shorten } from "@errata/core/internal/shorten"

describe("shorten", () => {
  it.each([
    ["what fits", "abcd", 4, "abcd"],
    ["what is too long", "abcde", 4, "abc…"],
    ["a character of two units at the cut", "ab\u{1f600}cd", 4, "ab\ufffd…"],
    ["a character of two units before the cut", "a\u{1f600}bcd", 4, "a\u{1f600}…"],
    ["anything where there is room for nothing", "abc", 1, "…"],
    ["anything where there is no room", "abc", 0, "…"]
  ])("keeps or cuts %s", (_, text, limit, expected) => {
    expect(shorten(text, limit)).toBe(expected)
  })
})
