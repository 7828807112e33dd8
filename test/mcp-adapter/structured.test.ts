/** The structured profile: errors in `structuredContent` too, and an output schema that says so. */
import { describe, expect, expectTypeOf, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as Problem from "@errata/core/Problem"
import * as Tool from "@errata/core/Tool"
import type { CallToolResult } from "@errata/mcp-adapter/CallToolResult"
import * as EffectHost from "@errata/mcp-adapter/effect"
import * as Handler from "@errata/mcp-adapter/Handler"
import type * as Wrap from "@errata/mcp-adapter/wrap"
import { ToolSchema } from "@modelcontextprotocol/sdk/types.js"
import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv"
import * as McpProtocol from "effect/ai/McpProtocol"
import * as McpTest from "effect/ai/McpTest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import { hosts } from "../hosts/hosts.ts"
import { convertAllHandler } from "./batch/tools.ts"
import { problemOf, textOf } from "./support/harness.ts"

const silent = Context.make(Logger.CurrentLoggers, new Set<Logger.Logger<unknown, unknown>>())

const outcomes = ["success", "error", "defect", "misfit", "timeout"] as const

const probe = Tool.make("probe", {
  description: "Ends as it is told.",
  input: Schema.Struct({ outcome: Schema.Literals(outcomes) }),
  output: Schema.Struct({ ok: Schema.Boolean }),
  errors: [Errors.NotFound],
  timeout: "20 millis",
  safety: "read"
})

const run = (outcome: (typeof outcomes)[number]) => {
  switch (outcome) {
    case "success":
      return Effect.succeed({ ok: true })
    case "error":
      return Effect.fail(new Errors.NotFound({ resource: "Page", id: "7" }))
    case "defect":
      return Effect.die(new Error("password=hunter2"))
    case "misfit":
      return Effect.succeed({ ok: "yes" as never })
    case "timeout":
      return Effect.never
  }
}
const handled = Tool.handle(probe, ({ outcome }) => run(outcome))
const silentProbe = Tool.handle(
  Tool.make("silent_probe", {
    description: "Returns nothing.",
    input: probe.input,
    errors: [Errors.NotFound],
    timeout: "20 millis",
    safety: "read"
  }),
  ({ outcome }) => Effect.asVoid(run(outcome))
)

const call = async (tool: Tool.Handled, args: unknown, options: Handler.Options) =>
  Handler.make(tool, { runtime: silent, logsCalls: false, ...options })(args)

/** A reply without its reference, which is fresh every time. */
/** The advice of the text's second line; a text that is JSON has none. */
const adviceOf = (result: CallToolResult): unknown =>
  /^Error: \w+ \(\w+\)\. (.+)$/m.exec(textOf(result))?.[1] ?? expect.stringMatching(/\.$/)

const comparable = (result: CallToolResult): object =>
  JSON.parse(
    JSON.stringify(result).replaceAll(/(?<=reference_id\\?":\\?"|Reference: )[0-9a-f]{8}/g, "00000000")
  ) as object

const failures: ReadonlyArray<readonly [title: string, args: unknown]> = [
  ["a declared error", { outcome: "error" }],
  ["a defect", { outcome: "defect" }],
  ["an output that does not fit", { outcome: "misfit" }],
  ["a timeout", { outcome: "timeout" }],
  ["invalid arguments", { outcome: "unforeseen", other: 1 }],
  ["arguments that are no object", "outcome"]
]

describe.each([["text", {}], ["JSON", { render: "json" }]] as const)("structuredErrors, %s", (_, profile) => {
  describe.each([["with an output", handled], ["without an output", silentProbe]] as const)("a tool %s", (_, tool) => {
    it.each(failures.filter(([title]) => tool === handled || title !== "an output that does not fit"))(
      "carries the problem of %s",
      async (_, args) => {
        const result = await call(tool, args, { ...profile, structuredErrors: true })
        expect(result.isError).toBe(true)
        expect(result.structuredContent).toEqual({ error: problemOf(result), advice: adviceOf(result) })
        expect(JSON.stringify(result)).not.toContain("hunter2")
        const { structuredContent: _structured, ...rest } = result
        const plain = await call(tool, args, profile)
        expect(plain).not.toHaveProperty("structuredContent")
        expect(comparable(rest as CallToolResult)).toEqual(comparable(plain))
      }
    )
  })

  it("carries the problem where the runtime could not start", async () => {
    const runtime = { context: () => Promise.reject(new Error("no database at hunter2")) }
    const result = await Handler.make(handled, {
      runtime: runtime as never,
      ...profile,
      structuredErrors: true,
      logsCalls: false
    })({ outcome: "success" })
    expect(result.structuredContent).toEqual({ error: problemOf(result), advice: adviceOf(result) })
    expect(problemOf(result)?.type).toBe("internal_error")
    expect(JSON.stringify(result)).not.toContain("hunter2")
  })

  it("leaves a success and a batch as they are", async () => {
    const success = await call(handled, { outcome: "success" }, { ...profile, structuredErrors: true })
    expect(success).toEqual(await call(handled, { outcome: "success" }, profile))
    const documents = ["missing:a", "denied:b"]
    const batch = await call(convertAllHandler, { documents }, { ...profile, structuredErrors: true })
    expect(batch.structuredContent).toMatchObject({ status: "failed" })
    expect(batch.structuredContent).not.toHaveProperty("error")
    expect(comparable(batch)).toEqual(comparable(await call(convertAllHandler, { documents }, profile)))
  })
})

interface Tree {
  readonly name: string
  readonly children: ReadonlyArray<Tree>
}
const Tree: Schema.Codec<Tree> = Schema.Struct({
  name: Schema.String,
  children: Schema.Array(Schema.suspend((): Schema.Codec<Tree> => Tree))
}).annotate({ identifier: "Tree" })
const Failure = Schema.Struct({ error: Schema.Struct({ why: Schema.String }) }).annotate({ identifier: "Failure" })

const oak: Tree = { name: "oak", children: [{ name: "twig", children: [] }] }

const outputs: ReadonlyArray<
  readonly [title: string, output: Schema.Codec<unknown, unknown>, value: unknown, misfit: unknown]
> = [
  ["a struct", Schema.Struct({ n: Schema.Finite }), { n: 1 }, { n: "1" }],
  ["a value that is no object", Schema.Finite, { result: 1 }, { result: "1" }],
  ["a union", Schema.Union([Schema.Struct({ a: Schema.Finite }), Failure]), { a: 1 }, { b: 1 }],
  ["a recursive struct", Tree, oak, { name: "oak", children: [{ name: 1 }] }],
  ["an array of what is recursive", Schema.Array(Tree), { result: [oak] }, { result: [{ name: 1 }] }],
  [
    "a struct with a definition",
    Schema.Struct({ a: Failure, b: Failure }),
    { a: { error: { why: "x" } }, b: { error: { why: "x" } } },
    { a: { error: "x" } }
  ],
  ["a struct with an error of its own", Failure, { error: { why: "x" } }, { error: { why: 1 } }]
]

const problem = {
  error: "NotFound",
  type: "not_found",
  category: "permanent",
  message: "Page 7 not found",
  retry: { should_retry: false },
  reference_id: "5f3c9a1e"
} satisfies Problem.Problem

const tools = [
  ...outputs.map(([, output], i) =>
    Tool.handle(
      Tool.make(`tool_${i}`, { description: "d", output, errors: [Errors.NotFound], safety: "read" }),
      () => Effect.fail(new Errors.NotFound({ resource: "Page", id: "7" }))
    )
  ),
  silentProbe,
  convertAllHandler
]

describe.each(hosts)("the listing of %s", (_, connect) => {
  it.each(outputs.map((output, i) => [...output, i] as const))(
    "says that errors may come, beside %s",
    async (_, _output, value, misfit, i) => {
      const connection = await connect(tools, { structuredErrors: true, logsCalls: false })
      const plainly = await connect(tools, { logsCalls: false })
      const listed = (await connection.list()).find((tool) => tool.name === `tool_${i}`)!
      const { $defs, ...plain } = (await plainly.list()).find((tool) => tool.name === `tool_${i}`)![
        "outputSchema"
      ] as Record<string, unknown>
      await connection.close()
      await plainly.close()

      expect(ToolSchema.safeParse(listed).error).toBeUndefined()
      const schema = listed["outputSchema"] as Record<string, unknown>
      expect(schema).toEqual({
        type: "object",
        anyOf: [plain, {
          type: "object",
          properties: { error: expect.anything(), advice: { type: "string" } },
          required: ["error", "advice"]
        }],
        ...$defs === undefined ? {} : { $defs }
      })
      const advice = "Stop."
      const isValid = (value: unknown) => new AjvJsonSchemaValidator().getValidator(schema as never)(value).valid
      expect(isValid(value)).toBe(true)
      expect(isValid({ error: problem, advice })).toBe(true)
      expect(isValid({ error: { ...problem, details: { a: [null] }, recovery_steps: [] }, advice })).toBe(true)
      expect(isValid(misfit)).toBe(false)
      expect(isValid({ error: { ...problem, category: "odd" }, advice })).toBe(false)
      expect(isValid({ error: "odd", advice })).toBe(false)
      expect(isValid({ error: problem })).toBe(false)
    }
  )

  it("has no output schema for a tool without an output", async () => {
    const connection = await connect(tools, { structuredErrors: true, logsCalls: false })
    const listed = (await connection.list()).find((tool) => tool.name === "silent_probe")!
    expect(listed).not.toHaveProperty("outputSchema")
    await connection.close()
  })

  it("is what its own client holds errors against", async () => {
    const connection = await connect(tools, { structuredErrors: true, logsCalls: false })
    await connection.list()
    for (let i = 0; i < outputs.length; i++) {
      const result = await connection.call(`tool_${i}`, {}) as unknown as CallToolResult
      expect(result.structuredContent).toEqual({ error: problemOf(result), advice: adviceOf(result) })
      expect(textOf(result)).toMatch(/^Page 7 not found\.\nError: not_found/)
    }
    const documents = ["missing:a"]
    const batch = await connection.call("convert_all", { documents }) as unknown as CallToolResult
    expect(batch.structuredContent).toMatchObject({ status: "failed" })
    await connection.close()
  })
})

describe("effect's older protocols, which know no structured content", () => {
  it.effect.each([McpProtocol.v2024_11_05, McpProtocol.v2025_03_26])(
    "take the text, and leave the rest: $protocolVersion",
    (protocol) =>
      Effect.gen(function*() {
        const layer = EffectHost.layer(tools, { structuredErrors: true, logsCalls: false })
        const client = yield* McpTest.makeClient(layer, { protocols: [protocol] })
        expect((yield* client.listTools({})).tools).toHaveLength(tools.length)
        const result = yield* client.callTool({ name: "tool_0", arguments: {} })
        expect(result.isError).toBe(true)
        expect(result).toMatchObject({
          content: [{ text: expect.stringMatching(/^Page 7 not found\.\nError: not_found/) }]
        })
        expect(Object.keys(result._meta ?? {})).toEqual(["errata/problem"])
      }).pipe(Effect.scoped, Effect.provideContext(silent))
  )
})

it("needs no definitions for a problem, which would have to be told apart from the output's", () => {
  expect(Schema.toJsonSchemaDocument(Problem.Problem).definitions).toEqual({})
})

it("is no option of wrap, where the output schema is the user's own", () => {
  expectTypeOf<Handler.Options>().toHaveProperty("structuredErrors")
  expectTypeOf<Wrap.Options>().toHaveProperty("render")
  expectTypeOf<Wrap.Options>().not.toHaveProperty("structuredErrors")
  expectTypeOf<Wrap.HandlerOptions>().not.toHaveProperty("structuredErrors")
})
