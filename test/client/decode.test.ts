/** What becomes of results: of ours in every profile, of those of servers that know nothing of us, and of hostile ones. */
import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Client from "@errata/mcp-adapter/Client"
import * as Handler from "@errata/mcp-adapter/Handler"
import * as Meta from "@errata/mcp-adapter/Meta"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { everyHostile, hostile, json, runs, seeded, type Source, tenMegabytes } from "../core/support/arbitraries.ts"
import { silent } from "./support/generations.ts"

const find = Tool.make("find", {
  description: "Finds.",
  input: Schema.Struct({ which: Schema.String }),
  output: Schema.Struct({ n: Schema.Int }),
  errors: [Errors.NotFound, Errors.RateLimited, Errors.Timeout],
  safety: "read"
})

const endings: Record<string, Effect.Effect<{ readonly n: number }, Tool.ErrorOf<typeof find>>> = {
  "not found": Effect.fail(
    ToolError.withGuidance(new Errors.NotFound({ resource: "Pen", id: "7" }), {
      suggestion: "Look in the drawer",
      similarMatches: ["8"],
      steps: [{ action: "List the pens" }]
    })
  ),
  limited: Effect.fail(new Errors.RateLimited({ service: "Till", retry_after_seconds: 3 })),
  defect: Effect.die(new Error("password=hunter2")),
  "no pen": Effect.succeed({ n: 0 })
}

const handled = Tool.handle(find, ({ which }) => endings[which]!)

const answer = async (
  which: string,
  options: Handler.Options,
  tool: Tool.Handled = handled
): Promise<Client.ResultLike> =>
  JSON.parse(
    JSON.stringify(
      await Handler.make(tool, { runtime: silent, logsCalls: false, ...options })({ which })
    )
  ) as Client.ResultLike

const errorIn = <T extends Tool.Any>(result: Client.ResultLike, tool: T): Client.DecodedError<T> => {
  const decoded = Client.decode(result, tool)
  if (Result.isSuccess(decoded)) throw new Error("It decoded as a success")
  return decoded.failure
}

const outputIn = (result: Client.ResultLike, tool: Tool.Any): unknown => {
  const decoded = Client.decode(result, tool)
  return Result.isSuccess(decoded) ? decoded.success : decoded.failure
}

const text = (...texts: ReadonlyArray<string>) => texts.map((text) => ({ type: "text", text }))

/** What proxies do. */
const stripped = (result: Client.ResultLike): Client.ResultLike => ({ ...result, _meta: undefined })

describe("results of ours", () => {
  it.each(
    [
      ["_meta", {}, (result: Client.ResultLike) => result],
      ["structuredContent, without _meta", { structuredErrors: true }, stripped],
      ["the JSON text, without _meta", { render: "json" }, stripped]
    ] as const
  )("come back whole from %s", async (_, options, passed) => {
    const error = errorIn(passed(await answer("not found", options)), find)
    expect(error).toBeInstanceOf(Errors.NotFound)
    expect(ToolError.details(error)).toEqual({ resource: "Pen", id: "7" })
    expect(ToolError.guidance(error)).toMatchObject({
      suggestion: "Look in the drawer",
      similarMatches: ["8"],
      steps: [{ action: "List the pens" }]
    })
    expect(Client.problem(error)).toMatchObject({
      error: "NotFound",
      reference_id: expect.stringMatching(/^[0-9a-f]{8}$/)
    })
  })

  it("keep family, type, hint and reference where only the text for models came through", async () => {
    const result = await answer("limited", {})
    const whole = Client.problem(errorIn(result, find))!
    const error = errorIn(stripped(result), find)
    expect(error).toMatchObject({
      _tag: "RemoteTransient",
      type: "rate_limited",
      reason: "Till limits the rate of requests",
      reference_id: whole.reference_id
    })
    expect(ToolError.retryAfter(error)).toEqual(Duration.seconds(3))
    expect(Client.problem(error)?.retry).toEqual(whole.retry)

    const missing = errorIn(stripped(await answer("not found", {})), find)
    expect(missing).toMatchObject({ _tag: "RemotePermanent", type: "not_found", reason: "Pen 7 not found" })
  })

  it("say that the server has given up, in the text too", () => {
    const lines = "Busy.\nError: unavailable (transient). Already tried 4 times. Retry after 2 s.\nReference: 00c0ffee"
    expect(Client.problem(errorIn({ isError: true, content: text(lines) }, find))?.retry).toEqual({
      should_retry: true,
      attempts_made: 4,
      retry_after_seconds: 2,
      reason: "exhausted"
    })
  })

  it("tell a defect by its reference", async () => {
    const error = errorIn(await answer("defect", {}), find)
    expect(error).toMatchObject({ _tag: "RemotePermanent", error: "InternalError", type: "internal_error" })
    expect(error).toHaveProperty("reference_id", Client.problem(error)?.reference_id)
  })

  it("tell every issue of arguments that do not fit", async () => {
    const invoice = Tool.make("invoice", {
      description: "Bills.",
      input: Schema.Struct({ pens: Schema.Int, to: Schema.String }),
      output: find.output
    })
    const error = errorIn(await answer("not found", {}, Tool.handle(invoice, () => Effect.succeed({ n: 1 }))), find)
    expect(error).toBeInstanceOf(Errors.InvalidArguments)
    expect(ToolError.issues(error).map(({ path }) => path)).toEqual([["which"], ["pens"], ["to"]])
  })

  it("leave the value of a text alone, where a server sends null beside it", () => {
    const result = { content: [{ type: "text" as const, text: "{\"n\":7}" }], structuredContent: null }
    expect(outputIn(result as never, find)).toEqual({ n: 7 })
    expect(outputIn({ content: [], structuredContent: null } as never, find)).toBeInstanceOf(Errors.MalformedResponse)
  })

  it("are not read from what is no error, or no problem", async () => {
    const problem = Client.problem(errorIn(await answer("not found", {}), find))!
    const loose = Tool.make("loose", { description: "", output: Schema.Record(Schema.String, Schema.Unknown) })
    expect(outputIn({ content: [], structuredContent: { error: problem } }, loose)).toEqual({ error: problem })
    const { reference_id: _, ...half } = problem
    const error = errorIn({ isError: true, content: [], structuredContent: { error: half } }, find)
    expect(error).toMatchObject({
      _tag: "RemotePermanent",
      error: "not_found",
      type: "not_found",
      reason: problem.message
    })
    expect(Client.problem(error)).toBeUndefined()
  })

  it("come back from under the prefixes that are known", async () => {
    const result = await answer("not found", { metaPrefix: "acme/" })
    expect(Result.isFailure(Client.decode(result, find, { metaPrefixes: ["errata/", "acme/"] }))).toBe(true)
    const known = Client.decode(result, find, { metaPrefixes: ["errata/", "acme/"] })
    expect(Result.isFailure(known) && known.failure._tag).toBe("NotFound")
    expect(errorIn(result, find)._tag).toBe("RemotePermanent") // of the text
  })

  it("never ask for less time than the server did", () => {
    for (const seconds of [1e300, 1e308, Number.MAX_VALUE]) {
      const retry = { should_retry: true, attempts_made: 1, retry_after_seconds: seconds }
      const problem = {
        error: "Busy",
        type: "unavailable",
        category: "transient",
        is_transient: true,
        message: "Busy",
        retry,
        reference_id: "00000000"
      }
      const error = errorIn({ isError: true, content: [], _meta: { "errata/problem": problem } }, find)
      expect(ToolError.retryAfter(error)).toEqual(Duration.days(365))
    }
  })

  it("come back from behind what a proxy put before the text", async () => {
    const { content } = await answer("not found", { render: "json" })
    const [{ text: json }] = content as [{ text: string }]
    expect(errorIn({ isError: true, content: text(`MCP error -32603: ${json}`) }, find)._tag).toBe("NotFound")
    const lines = "Error executing tool find: Busy.\nError: unavailable (transient). Retry later.\nReference: 00c0ffee"
    expect(errorIn({ isError: true, content: text(lines) }, find)).toMatchObject({
      _tag: "RemoteTransient",
      reason: "Busy"
    })
  })

  it("cannot be forged into anything but a value", () => {
    const details = JSON.parse(
      `{"__proto__":{"polluted":1},"resource":"Pen","cause":"x","stack":"x","message":"x","_tag":"Timeout"}`
    ) as unknown
    const problem = {
      error: "NotFound",
      type: "not_found",
      category: "permanent",
      message: "No",
      retry: { should_retry: false },
      details,
      reference_id: "00000000"
    }
    const error = errorIn({ isError: true, content: [], _meta: { "errata/problem": problem } }, find)
    expect(error).toBeInstanceOf(Errors.NotFound)
    expect(error).not.toHaveProperty("polluted")
    expect({}).not.toHaveProperty("polluted")
    expect(error.cause).toBeUndefined()
    expect(error.message).toBe("Pen not found")
    const unfit = { ...problem, details: { resource: 3 } }
    expect(errorIn({ isError: true, content: [], _meta: { "errata/problem": unfit } }, find)).toMatchObject({
      _tag: "RemotePermanent",
      error: "NotFound"
    })
  })

  const anything = Schema.Union([Schema.String, Schema.Struct({ a: Schema.optionalKey(Schema.Int) })])
  it.each<readonly [string, Schema.Codec<unknown, unknown>, unknown]>([
    ["JSON: a list", Schema.Json, [1]],
    ["JSON: an object", Schema.Json, { a: 1 }],
    ["JSON: one with a result", Schema.Json, { result: { result: 1 } }],
    ["JSON: one that tells of no success", Schema.Json, { success: false, error: "x" }],
    ["unknown", Schema.Unknown, 7],
    ["a union: a string", anything, "a"],
    ["a union: an object", anything, { a: 1 }],
    ["a record or a list", Schema.Union([Schema.Array(Schema.Int), Schema.Record(Schema.String, Schema.Json)]), [1]],
    ["an object with a result", Schema.Struct({ result: Schema.Struct({ result: Schema.Int }) }), {
      result: { result: 1 }
    }],
    ["a record with a result", Schema.Record(Schema.String, Schema.Json), { result: { a: 1 } }],
    ["null", Schema.NullOr(Schema.Struct({ a: Schema.Int })), null]
  ])("give the output that was returned: %s", async (_, output, value) => {
    const tool = Tool.make("any", { description: "", input: find.input, output, safety: "read" })
    expect(outputIn(await answer("", {}, Tool.handle(tool, () => Effect.succeed(value))), tool)).toEqual(value)
  })

  it("have a report only if a batch failed, and it fits", async () => {
    const loose = Tool.make("loose", { description: "", output: Schema.Record(Schema.String, Schema.Json) })
    const missing = errorIn(await answer("not found", { structuredErrors: true }), find)
    expect(Client.report(missing, loose)).toBeUndefined()
    const problem = { ...Client.problem(missing)!, error: "BatchFailed", type: "batch_failed" }
    const failed = { isError: true, content: [], structuredContent: { n: 7 }, _meta: { "errata/problem": problem } }
    expect(Client.report(errorIn(failed, find), find)).toEqual({ n: 7 })
    expect(Client.report(errorIn({ ...failed, structuredContent: { n: "7" } }, find), find)).toBeUndefined()
    for (const structuredContent of everyHostile) {
      expect(Client.report(errorIn({ ...failed, structuredContent }, find), find)).toBeUndefined()
    }
  })

  it("can be decoded in a pipe", async () => {
    const result = await answer("no pen", {})
    expect(Client.decode(find)(result)).toEqual(Result.succeed({ n: 0 }))
    expect(Client.decode(find, { metaPrefixes: [] })(result)).toEqual(Result.succeed({ n: 0 }))
  })
})

type Foreign = readonly [
  name: string,
  result: Client.ResultLike,
  error: { readonly _tag: string; readonly [field: string]: unknown },
  seconds?: number
]

const foreign: ReadonlyArray<Foreign> = [
  ["text alone", { isError: true, content: text("boom") }, { _tag: "RemotePermanent", reason: "boom", error: "Error" }],
  [
    "several texts",
    { isError: true, content: text("boom", "bang") },
    { _tag: "RemotePermanent", reason: "boom\nbang" }
  ],
  ["no content", { isError: true, content: [] }, { _tag: "RemotePermanent", reason: "The tool failed" }],
  ["no content at all", { isError: true }, { _tag: "RemotePermanent", reason: "The tool failed" }],
  [
    "a picture",
    { isError: true, content: [{ type: "image", data: "", mimeType: "image/png" }] },
    { _tag: "RemotePermanent", reason: "The tool failed" }
  ],
  [
    "a problem of somebody else under a key like ours",
    { isError: true, content: text("boom"), _meta: { "acme/problem": 3 } },
    { _tag: "RemotePermanent", reason: "boom" }
  ],
  [
    "structuredContent.error, a string",
    { isError: true, content: text("see structuredContent"), structuredContent: { error: "boom" } },
    { _tag: "RemotePermanent", reason: "boom", error: "Error" }
  ],
  [
    "structuredContent.error with code and message",
    { isError: true, content: [], structuredContent: { error: { code: "NOT_FOUND", message: "boom" } } },
    { _tag: "RemotePermanent", reason: "boom", error: "NOT_FOUND", type: "not_found" }
  ],
  [
    "retryable",
    { isError: true, content: [], structuredContent: { error: { code: "BUSY", message: "boom", retryable: true } } },
    { _tag: "RemoteTransient", reason: "boom", error: "BUSY", type: "upstream_error" }
  ],
  [
    "retryable, after seconds",
    { isError: true, content: [], structuredContent: { error: { message: "boom", retryable: true, retry_after: 2 } } },
    { _tag: "RemoteTransient", reason: "boom" },
    2
  ],
  [
    "after milliseconds",
    { isError: true, content: [], structuredContent: { error: { message: "boom", retryAfterMs: 1500 } } },
    { _tag: "RemoteTransient", reason: "boom" },
    1.5
  ],
  [
    "not retryable, whatever it is called",
    { isError: true, content: [], structuredContent: { error: { code: "timeout", message: "b", retryable: false } } },
    { _tag: "RemotePermanent", type: "timeout" }
  ],
  [
    "a name that passes by itself",
    {
      isError: true,
      content: text("{\"error\":\"rate_limited\",\"message\":\"slow down\",\"retry_after_seconds\":4}")
    },
    { _tag: "RemoteTransient", error: "rate_limited", type: "rate_limited", reason: "slow down" },
    4
  ],
  [
    "a name that passes by itself, and no more",
    { isError: true, content: [], structuredContent: { error: { code: "UNAVAILABLE", message: "boom" } } },
    { _tag: "RemoteTransient", error: "UNAVAILABLE", type: "unavailable" }
  ],
  [
    "a name for arguments",
    { isError: true, content: [], structuredContent: { error: { code: "invalid_arguments", message: "no n" } } },
    { _tag: "RemoteValidation", reason: "no n" }
  ],
  [
    "hints of the wrong type",
    {
      isError: true,
      content: [],
      structuredContent: { error: { code: 7, message: "boom", retryable: "yes", retry_after: -1 } }
    },
    { _tag: "RemotePermanent", error: "Error", reason: "boom" }
  ],
  [
    "seconds as a string",
    { isError: true, content: [], structuredContent: { error: { message: "boom", retry_after: "2.5" } } },
    { _tag: "RemoteTransient", reason: "boom" },
    2.5
  ],
  [
    "a string that is no time",
    { isError: true, content: [], structuredContent: { error: { message: "boom", retry_after: "-2" } } },
    { _tag: "RemotePermanent", reason: "boom" }
  ],
  [
    "more seconds than there are",
    { isError: true, content: [], structuredContent: { error: { message: "boom", retryAfter: 1e308 } } },
    { _tag: "RemoteTransient", reason: "boom" },
    365 * 24 * 3600
  ],
  [
    "JSON behind a prefix",
    { isError: true, content: text("Error executing tool find: {\"error\":\"rate_limited\",\"message\":\"slow\"}") },
    { _tag: "RemoteTransient", type: "rate_limited", reason: "slow" }
  ],
  [
    "is_transient beside a reference",
    { isError: true, content: text("{\"message\":\"boom\",\"is_transient\":true,\"reference_id\":\"abc\"}") },
    { _tag: "RemoteTransient", reason: "boom", reference_id: "abc" }
  ],
  [
    "JSON without a sentence",
    { isError: true, content: text("{\"status\":500}") },
    { _tag: "RemotePermanent", reason: "{\"status\":500}" }
  ],
  [
    "success: false as JSON text, with isError",
    { isError: true, content: text("{\"success\":false,\"error\":\"boom\"}") },
    { _tag: "RemotePermanent", reason: "boom", error: "Error" }
  ],
  [
    "success: false as JSON text",
    { content: text("{\"success\":false,\"error\":\"boom\",\"retryable\":true}") },
    { _tag: "RemoteTransient", reason: "boom" }
  ],
  [
    "success: false in structuredContent",
    { content: [], structuredContent: { success: false, error: { message: "boom" } } },
    { _tag: "RemotePermanent", reason: "boom" }
  ],
  [
    "success: false and no word",
    { content: text("{\"success\":false}") },
    { _tag: "RemotePermanent", reason: "{\"success\":false}" }
  ],
  [
    "a doubled prefix",
    { isError: true, content: text("MCP error -32603: MCP error -32603: boom") },
    { _tag: "RemotePermanent", reason: "boom" }
  ],
  [
    "nothing but a prefix",
    { isError: true, content: text("MCP error -32603: ") },
    { _tag: "RemotePermanent", reason: "MCP error -32603:" }
  ],
  [
    "SDK 1.x: arguments",
    { isError: true, content: text("MCP error -32602: Input validation error: Invalid arguments for tool x: n") },
    {
      _tag: "RemoteValidation",
      reason: "Input validation error: Invalid arguments for tool x: n",
      type: "invalid_arguments"
    }
  ],
  [
    "SDK 2.x: arguments",
    { isError: true, content: text("Input validation error: Invalid arguments for tool x: n") },
    { _tag: "RemoteValidation", reason: "Input validation error: Invalid arguments for tool x: n" }
  ],
  [
    "SDK 1.x: output",
    {
      isError: true,
      content: text("MCP error -32602: Output validation error: Invalid structured content for tool x")
    },
    { _tag: "RemotePermanent", type: "malformed_response" }
  ],
  [
    "SDK 1.x: unknown tool",
    { isError: true, content: text("MCP error -32602: Tool nosuch not found") },
    { _tag: "RemotePermanent", type: "not_found", reason: "Tool nosuch not found" }
  ],
  [
    "SDK 1.x: disabled tool",
    { isError: true, content: text("MCP error -32602: Tool nosuch disabled") },
    { _tag: "RemotePermanent", type: "not_found" }
  ],
  [
    "Python: unknown tool",
    { isError: true, content: text("Unknown tool: nosuch") },
    { _tag: "RemotePermanent", type: "not_found" }
  ],
  [
    "Python: what a tool raised",
    { isError: true, content: text("Error executing tool find: division by zero") },
    { _tag: "RemotePermanent", reason: "division by zero" }
  ],
  [
    "Python: arguments",
    {
      isError: true,
      content: text(
        "Error executing tool find: 1 validation error for findArguments\nn\n  Input should be a valid integer"
      )
    },
    { _tag: "RemoteValidation", reason: "1 validation error for findArguments\nn\n  Input should be a valid integer" }
  ],
  [
    "Python: arguments, as FastMCP 2 calls them",
    { isError: true, content: text("2 validation errors for call[find]\nn\n  Missing required argument") },
    { _tag: "RemoteValidation" }
  ],
  [
    "Python: somebody else's data in the tool",
    {
      isError: true,
      content: text("Error executing tool find: 1 validation error for Invoice\ntotal\n  Field required")
    },
    { _tag: "RemotePermanent" }
  ]
]

describe("results of servers that know nothing of us", () => {
  it.each(foreign.map((row) => [row[0], row] as const))("decode sensibly: %s", (_, [, result, expected, seconds]) => {
    const error = errorIn(result, find)
    expect(error).toMatchObject(expected as object)
    const hint = ToolError.retryAfter(error)
    expect(hint === undefined ? undefined : Duration.toSeconds(hint)).toBe(seconds)
    expect(Client.problem(error)).toBeUndefined()
  })

  const one = { n: 1 }
  const string = Tool.make("string", { description: "", output: Schema.String })
  const count = Tool.make("count", { description: "", output: Schema.Int })
  const dated = Tool.make("dated", { description: "", output: Schema.Struct({ at: Schema.Date }) })
  const list = Tool.make("list", { description: "", output: Schema.Array(Schema.Int) })
  const nothing = Tool.make("nothing", { description: "" })
  const verdict = Tool.make("verdict", { description: "", output: Schema.Struct({ success: Schema.Boolean }) })

  it.each<readonly [string, Client.ResultLike, Tool.Any, unknown]>([
    ["structuredContent", { content: text("1 pen"), structuredContent: one }, find, one],
    ["JSON as text", { content: text("{\"n\":1}") }, find, one],
    ["wrapped JSON as text", { content: text("{\"result\":{\"n\":1}}") }, find, one],
    ["wrapped in structuredContent", { content: [], structuredContent: { result: "a" } }, string, "a"],
    ["plain text", { content: text("hello") }, string, "hello"],
    ["several plain texts", { content: text("hello", "world") }, string, "hello\nworld"],
    ["text that happens to be JSON", { content: text("42") }, string, "42"],
    ["a number as text", { content: text("42") }, count, 42],
    ["a list as text", { content: text("[1,2]") }, list, [1, 2]],
    ["text that is an object, where a string is wanted", { content: text("{\"a\":1}") }, string, "{\"a\":1}"],
    ["what needs decoding", { content: text("{\"at\":\"2026-11-21T00:00:00.000Z\"}") }, dated, {
      at: new Date("2026-11-21T00:00:00.000Z")
    }],
    ["anything where nothing is wanted", { content: text("Done.") }, nothing, undefined],
    ["an output that tells of success itself", { content: [], structuredContent: { success: false } }, verdict, {
      success: false
    }]
  ])("give their output: %s", (_, result, tool, output) => {
    expect(outputIn(result, tool)).toEqual(output)
  })

  it.each<readonly [string, Client.ResultLike, Tool.Any]>([
    ["an output that does not fit", { content: [], structuredContent: { n: "x" } }, find],
    ["structuredContent that does not fit, beside text that would", {
      content: text("{\"n\":1}"),
      structuredContent: {}
    }, find],
    ["no output", { content: [] }, find],
    ["no text", { content: [] }, string],
    ["prose", { content: text("1 pen") }, find],
    ["nothing", {}, find],
    ["a task, where nothing is wanted", { content: [], task: { taskId: "1", status: "working" } } as never, nothing],
    ["a question, where nothing is wanted", { resultType: "input_required" } as never, nothing],
    ["garbage", { content: 3, structuredContent: [], _meta: 7 }, find]
  ])("are malformed: %s", (_, result, tool) => {
    expect(errorIn(result, tool)._tag).toBe("MalformedResponse")
  })
})

/** A result each of whose parts may be hostile. */
const anyResult = (from: Source): unknown => {
  if (from.chance(10)) return hostile(from)
  const some = (): unknown => from.chance(50) ? hostile(from) : json(from)
  const problem = () => ({
    error: from.pick(["NotFound", "Nobody", "InvalidArguments", some()]),
    type: from.pick(["not_found", some()]),
    category: from.pick(["transient", "permanent", "validation", some()]),
    is_transient: from.chance(50),
    message: from.pick(["boom", some()]),
    retry: from.chance(80) ? { should_retry: from.chance(50), attempts_made: 1, retry_after_seconds: some() } : some(),
    ...from.chance(50) ? { details: some() } : {},
    ...from.chance(50) ? { issues: from.chance(50) ? [some()] : some() } : {},
    reference_id: from.pick(["00000000", some()])
  })
  const block = () =>
    from.pick([
      { type: "text", text: "boom" },
      { type: "text", text: from.chance(50) ? some() : `{"error":"x","message":${from.chance(50) ? "3" : "\"x\""}}` },
      some()
    ])
  return {
    isError: from.pick([true, false, some()]),
    content: from.chance(80) ? [block(), block()] : some(),
    structuredContent: from.pick([{ error: problem() }, { error: some() }, { success: false, error: some() }, some()]),
    _meta: from.chance(50) ? { "errata/problem": from.chance(70) ? problem() : some() } : some()
  }
}

const tools: ReadonlyArray<Tool.Any> = [
  find,
  Tool.make("void", { description: "" }),
  Tool.make("unknown", { description: "", output: Schema.Unknown })
]

/** Decoding gives a success or an error of ours, whatever came. */
const expectDecoded = (result: unknown): void => {
  for (const tool of tools) {
    const decoded = Client.decode(result as Client.ResultLike, tool)
    if (Result.isSuccess(decoded)) continue
    expect(ToolError.is(decoded.failure)).toBe(true)
    expect(typeof decoded.failure.message).toBe("string")
  }
}

describe("a problem that stands beside _meta", () => {
  const tool = Tool.make("tool", { description: "", errors: [Errors.NotFound], safety: "read" })
  const problem = JSON.stringify({
    error: "NotFound",
    type: "not_found",
    category: "permanent",
    message: "Item 7 not found",
    retry: { should_retry: false },
    details: { resource: "Item", id: "7" },
    reference_id: "5f3c9a1e"
  })
  const behind = (blocks: number) => {
    const content = [...Array.from({ length: blocks }, () => "{"), problem].map((text) => ({ type: "text", text }))
    const decoded = Client.decode({ isError: true, content }, tool)
    return Result.isFailure(decoded) ? decoded.failure._tag : "success"
  }

  it("is looked for in the first hundred blocks alone: a server cannot make a client read on and on", () => {
    expect(behind(0)).toBe("NotFound")
    expect(behind(99)).toBe("NotFound")
    expect(behind(100)).toBe("RemotePermanent")
  })
})

describe("decode is total", () => {
  it.prop("for hostile results", [seeded(anyResult)], ([result]) => expectDecoded(result), runs(500))

  it.each(everyHostile.map((value, i) => [i, value] as const))("for hostile value %i in every place", (_, value) => {
    for (const isError of [true, false]) {
      expectDecoded(value)
      expectDecoded({ isError, content: value })
      expectDecoded({ isError, content: [value] })
      expectDecoded({ isError, content: [{ type: "text", text: value }] })
      expectDecoded({ isError, content: [], structuredContent: value })
      expectDecoded({ isError, content: [], structuredContent: { error: value } })
      expectDecoded({ isError, content: [], _meta: value })
      expectDecoded({ isError, content: [], _meta: { "errata/problem": value } })
    }
  })

  it("for what is deep or large", () => {
    const deep = "{\"error\":".repeat(50_000) + "1" + "}".repeat(50_000)
    expectDecoded({ isError: true, content: text(deep) })
    expectDecoded({ isError: true, content: [], structuredContent: JSON.parse(deep) as unknown })
    expectDecoded({ isError: true, content: text(`{"message":"${tenMegabytes}"}`) })
    expectDecoded({ content: text(tenMegabytes) })
  })

  it("for what cannot be looked into", () => {
    const meta = new Proxy({}, {
      get: () => {
        throw new Error("a getter")
      }
    })
    expect(Meta.problem(meta)).toBeUndefined()
    expect(Meta.call(meta)).toBeUndefined()
  })

  it("and an error stays an error", () => {
    for (const value of everyHostile) {
      for (const tool of tools) {
        expect(Result.isFailure(Client.decode({ isError: true, content: value, _meta: value } as never, tool))).toBe(
          true
        )
      }
    }
  })
})
