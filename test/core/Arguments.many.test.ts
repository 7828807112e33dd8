import { describe, expect, it } from "@effect/vitest"
import * as Arguments from "@errata/core/Arguments"
import * as Issue from "@errata/core/Issue"
import * as Redaction from "@errata/core/Redaction"
import * as Schema from "effect/Schema"

/** Finding the names of very many arguments costs more than all else, so that it is done once. */

const decode = Arguments.decoder({ input: Schema.Struct({ id: Schema.String }) })

const counted = (count: number) => {
  const names: Array<readonly [string, unknown]> = Array.from({ length: count }, (_, i) => [`field_${i}`, i])
  const seen = { times: 0 }
  const args = new Proxy<Record<string, unknown>>({ id: "x", ...Object.fromEntries(names) }, {
    ownKeys: (target) => {
      seen.times++
      return Reflect.ownKeys(target)
    }
  })
  return { args, seen }
}

describe("very many unknown arguments", () => {
  it("are found once, and shown", () => {
    const { args, seen } = counted(5_000)
    const decoded = decode(args)
    expect(decoded._tag).toBe("Failure")
    expect(Redaction.standard.json(args, { string: 10, items: 3 } as never)).toBeDefined()
    expect(seen.times).toBe(1)
  })

  it.each([10, 5_000])("are told as ever: %i", (count) => {
    const { args } = counted(count)
    const decoded = decode(args)
    if (decoded._tag === "Success") throw new Error("they are not declared")
    const { issues } = decoded.failure as unknown as { readonly issues: ReadonlyArray<Issue.Issue> }
    expect(issues[0]).toMatchObject({ path: ["field_0"] })
    expect(issues.length + Issue.omitted(issues)).toBe(count)
  })

  it("are shown as they are when they were taken away since", () => {
    const args: Record<string, unknown> = Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`field_${i}`, i]))
    decode(args)
    delete args["field_0"]
    expect(Redaction.standard.json(args)).not.toHaveProperty("field_0")
    expect(Redaction.standard.json(args)).toHaveProperty("field_1", 1)
  })
})
