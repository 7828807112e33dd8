// Known to be bad: proves that a false assertion fails the gate.
import { expect, test } from "tstyche"

test("a false assertion", () => {
  expect<string>().type.toBe<number>()
})
