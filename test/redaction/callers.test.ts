/** What a model sends back comes out byte for byte or not at all; what it only reads is masked. */
import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import * as Problem from "@errata/core/Problem"
import * as Redaction from "@errata/core/Redaction"
import type { ReferenceId } from "@errata/core/ReferenceId"
import * as ToolError from "@errata/core/ToolError"
import * as Log from "@errata/mcp-adapter/Log"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { samples } from "./support/generate.ts"
import { innocents } from "./support/innocents.ts"

const referenceId = "5f3c9a1e" as ReferenceId
const describeError = (error: ToolError.Any) =>
  Problem.describe(error, { safety: "read", started: true, referenceId }).problem

class Lost extends ToolError.Permanent<Lost>()("Lost", { id: Schema.String, said: Schema.String }, {
  type: "not_found",
  message: (e) => `Customer ${e.id} is lost: ${e.said}`
}) {}

const guided = (guidance: Parameters<typeof ToolError.withGuidance>[1]) =>
  describeError(ToolError.withGuidance(new Errors.NotFound({ resource: "x" }), guidance))

describe("an id in the details", () => {
  const Deep = Schema.Struct({
    parent_id: Schema.String,
    title: Schema.String,
    byId: Schema.Record(Schema.String, Schema.Finite)
  })
  class Gone extends ToolError.Permanent<Gone>()("Gone", {
    document_id: Schema.optionalKey(Schema.String),
    pageIds: Schema.optionalKey(Schema.Array(Schema.String)),
    handle: Schema.optionalKey(Schema.String),
    source_url: Schema.optionalKey(Schema.String),
    next_cursor: Schema.optionalKey(Schema.String),
    deep: Schema.optionalKey(Schema.Array(Deep)),
    said: Schema.String
  }, { type: "not_found", message: () => "It is gone" }) {}

  /** A secret as it is, and glued to what ids are made of. */
  const ids = (secret: string) => [secret, `DOC-1_${secret}`, `https://example.com/docs/${secret}`, `a:${secret}:b`]

  it("comes out byte for byte or not at all, whatever secret it looks like", () => {
    let leftOut = 0
    for (const { secret, vendor } of samples(7)) {
      for (const id of ids(secret)) {
        const fields = {
          document_id: id,
          pageIds: ["P-1", id, "P-2"],
          handle: id,
          source_url: id,
          next_cursor: id,
          deep: [{ parent_id: id, title: id, byId: { [id]: 1, "P-1": 2 } }],
          said: `It was ${id}, I think`
        }
        const masked = Redaction.standard.text(id)
        const details = describeError(new Gone(fields)).details!
        if (masked === id) expect([vendor, details]).toEqual([vendor, { ...fields, said: expect.any(String) }])
        else {
          leftOut++
          expect([vendor, details]).toEqual([vendor, {
            pageIds: ["P-1", "P-2"],
            deep: [{ title: masked, byId: { "P-1": 2 } }],
            said: expect.stringContaining(Redaction.mask)
          }])
        }
      }
    }
    expect(leftOut).toBeGreaterThan(500)
  })

  it("stays as it is where nothing is changed, however long a list of them is", () => {
    for (const id of innocents) {
      expect(describeError(new Gone({ document_id: id, handle: id, pageIds: [id], said: "x" })).details)
        .toEqual({ document_id: id, handle: id, pageIds: [id], said: "x" })
    }
    const pageIds = Array.from({ length: 300 }, (_, i) => `P-${i}`)
    expect(describeError(new Gone({ pageIds, said: "x" })).details!["pageIds"])
      .toEqual([...pageIds.slice(0, 200), "100 more"])
  })

  it("is no word that only ends like one, nor the example of an issue", () => {
    const { secret } = samples(8)[0]!
    class Odd extends ToolError.Permanent<Odd>()("Odd", { paid: Schema.String, monkey: Schema.String }, {
      type: "conflict",
      message: () => "x"
    }) {}
    expect(describeError(new Odd({ paid: secret, monkey: secret })).details)
      .toEqual({ paid: Redaction.mask, monkey: Redaction.mask })
    const wrong = new Errors.InvalidArguments({ issues: [{ path: ["a"], message: "m", examples: [secret, "ok", 1] }] })
    expect(describeError(wrong).issues).toEqual([{ path: ["a"], message: "m", examples: ["ok", 1] }])
  })
})

describe("a step", () => {
  const call = (parameters: { readonly [name: string]: unknown }) =>
    guided({ steps: [{ action: "Try it", tool: "get_it", parameters }] }).recovery_steps?.[0]

  it("keeps its parameters byte for byte, whatever they look like", () => {
    for (const text of innocents) expect(call({ id: text })).toMatchObject({ parameters: { id: text } })
    const ids = {
      customer: "cus_NffrFeUfNV2Hib",
      payment: "pi_3MtwBwLkdIwHu7ix28a3tqPa",
      deep: [{ cursor: "eyJpZCI6MTIzfQ==" }]
    }
    expect(call(ids)).toEqual({ step: 1, action: "Try it", tool: "get_it", parameters: ids })
  })

  it("leaves a parameter out that would be masked, and says that it is to be filled in", () => {
    for (const { secret } of samples(3)) {
      const step = call({ id: "DOC-1", key: secret, list: [secret] })
      expect(step).toEqual({
        step: 1,
        action: "Try it",
        tool: "get_it",
        parameters: { id: "DOC-1" },
        fill: ["key", "list"]
      })
    }
    expect(call({ password: "swordfish", n: 1 })).toMatchObject({ parameters: { n: 1 }, fill: ["password"] })
    expect(call({ text: "x".repeat(9000), n: 1 })).toMatchObject({ parameters: { n: 1 }, fill: ["text"] }) // it would be cut
  })

  it("is left out if its tool, the name of a parameter or a name to fill in would be masked", () => {
    const { secret } = samples(4)[0]!
    const steps = [
      { action: "a", tool: secret },
      { action: "b", tool: "t", parameters: { [secret]: 1 } },
      { action: "c", tool: "t", fill: [secret] },
      { action: `d ${secret}`, options: [{ action: "e", tool: secret }, { action: "f", parameters: { a: secret } }] }
    ]
    expect(guided({ steps }).recovery_steps).toEqual([
      { step: 1, action: `d ${Redaction.mask}`, options: [{ action: "f", parameters: {}, fill: ["a"] }] }
    ])
  })
})

describe("similar names", () => {
  it("are told as they are or not at all", () => {
    const { secret } = samples(5)[0]!
    expect(guided({ similarMatches: ["DOC-1", secret, "cus_NffrFeUfNV2Hib0aB3dX"] }).similar_matches)
      .toEqual(["DOC-1", "cus_NffrFeUfNV2Hib0aB3dX"])
  })
})

describe("a message", () => {
  const id = "acme_4eC39HqLyjWDarjtT1zdp7dc"
  const token = "acme_9fK28JqMzkXEbskuU2aeq8ed"

  it("loses what has the general shape of a token, but not an id that stands in the details", () => {
    const problem = describeError(new Lost({ id, said: "x" }))
    expect(problem.message).toBe(`Customer ${id} is lost: x`)
    expect(problem.details).toEqual({ id, said: "x" })
    const { message } = describeError(
      new Errors.Conflict({ resource: `The note ${id}`, reason: `key ${token} is used` })
    )
    expect(message).toContain(id)
    const foreign = Object.assign(new Lost({ id, said: "x" }), {})
    Object.defineProperty(foreign, "message", { value: `${id} was refused for ${token}` })
    expect(describeError(foreign).message).toBe(`${id} was refused for ${Redaction.mask}`)
  })

  it("of a cause and of a log line loses it too, the arguments do not", () => {
    expect(Log.causeText(Cause.die(new Error(`refused ${token}`)))).not.toContain(token)
    const lines: Array<string> = []
    const program = Effect.logInfo(`refused ${token}`, { note: token, arguments: `{"id":"${id}"}` })
    Effect.runSync(program.pipe(Effect.provide(Log.layer({ write: (line) => lines.push(line) }))))
    expect(JSON.parse(lines[0]!)).toMatchObject({
      message: `refused ${Redaction.mask}`,
      note: Redaction.mask,
      arguments: `{"id":"${id}"}`
    })
  })
})

describe("the keys of a batch", () => {
  it("are told masked, and none that is masked is to be sent again", async () => {
    const keys = [
      "a.md",
      "https://ada:swordfish@host/b",
      "cus_NffrFeUfNV2Hib0aB3dX",
      ...samples(6).slice(0, 5).map(({ secret }) => secret)
    ]
    const work = (key: string) => Effect.fail(new Errors.Unavailable({ service: key }))
    const batch = await Effect.runPromise(Batch.forEach(keys, work, { key: (key) => key, safety: "read" }))
    const report = Batch.report(batch, { safety: "read" })
    expect(report.error_summary.retry_keys).toEqual(["a.md", "cus_NffrFeUfNV2Hib0aB3dX"])
    expect(report.errors.map(({ key }) => key).slice(0, 4)).toEqual([
      "a.md",
      `https://${Redaction.mask}@host/b`,
      "cus_NffrFeUfNV2Hib0aB3dX",
      Redaction.mask
    ])
    const done = await Effect.runPromise(
      Batch.forEach(keys, (key) => Effect.succeed(key.length), { key: (key) => key })
    )
    expect(JSON.stringify(Batch.report(done))).not.toContain("swordfish")
  })
})
