import { parseAst } from "rolldown/parseAst"
import { describe, expect, it } from "vitest"
import { edited, referencesTo } from "./references.ts"

const takenBy = new Map([[
  "./a.js",
  new Map([
    ["A", { module: "/a.js", imported: "*" }],
    ["b", { module: "/a.js", imported: "bee" }]
  ])
]])

const uses = (code: string) =>
  referencesTo(parseAst(`import * as A from "./a.js"\nimport { bee as b } from "./a.js"\n${code}`), takenBy)
    .map(({ isAtTop, isShorthand, local, member }) => [local, member, isShorthand, isAtTop])

describe("what a module uses of another", () => {
  it.each([
    ["b()", [["b", undefined, false, true]]],
    ["const f = () => b", [["b", undefined, false, false]]],
    ["const f = () => ({ b })", [["b", undefined, true, false]]],
    ["const f = () => ({ b: 1, A: 2, x: b })", [["b", undefined, false, false]]],
    ["const f = (x) => x.b + x.A.b", []],
    ["const f = () => new A.X(A)", [["A", "X", false, false], ["A", undefined, false, false]]],
    ["function f(x = A.y) { return class { b() { return A[\"z\"] } } }", [
      ["A", "y", false, false],
      ["A", undefined, false, false]
    ]],
    ["class K { static x = b }", [["b", undefined, false, true]]]
  ])("%s", (code, expected) => expect(uses(code)).toEqual(expected))

  it.each(["const f = (b) => b", "const f = ({ x: [A] }) => A", "try {} catch (b) {}", "export { b }"])(
    "is not guessed: %s",
    (code) => expect(() => uses(code)).toThrow()
  )

  it("is replaced in its place", () => {
    const edits = [{ start: 4, end: 5, text: "two" }, { start: 0, end: 1, text: "" }]
    expect(edited("a b c", edits)).toBe(" b two")
  })
})
