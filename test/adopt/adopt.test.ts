/** What a whole server answers before and after it is adopted, at the oldest and the pinned version of both SDKs. */
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import { adoptServer, prepare } from "@errata/mcp-adapter/adopt"
import * as Meta from "@errata/mcp-adapter/Meta"
import * as Sdk from "@errata/mcp-adapter/sdk"
import * as ServerHost from "@errata/mcp-adapter/server"
import { fromResult, wrapHandler } from "@errata/mcp-adapter/wrap"
import { ResourceTemplate as ResourceTemplate1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import * as Schemas from "@modelcontextprotocol/sdk/types.js"
import { ResourceTemplate as ResourceTemplate2 } from "@modelcontextprotocol/server"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe, expect, it, vi } from "vitest"
import * as z from "zod"
import { type AnyServer, type CallResult, type Connected, type Generation, generations } from "./generations.ts"
import { recordLog } from "./recordLog.ts"
import { raw, register, ShopError, text } from "./shop.ts"

const lines = recordLog()

const shopOn = ({ major, make }: Generation): AnyServer => {
  const server = make()
  register(server, (major === 1 ? ResourceTemplate1 : ResourceTemplate2) as never)
  return server
}

const schemas: { readonly [method: string]: unknown } = {
  "tools/call": Schemas.CallToolRequestSchema,
  "resources/read": Schemas.ReadResourceRequestSchema
}

const options = { expose: [ShopError] }
const read = (result: CallResult): string => result.content.map((block) => block.text).join("\n")
const problem = (result: CallResult) => Meta.problem(result._meta)
const failure = (error: unknown) => error as { code: number; message: string; data?: Record<string, unknown> }
const secrets = /hunter2|10\.0\.0\.5|\/srv\/shop/
const leaks = /hunter2|\/srv\/shop|connect to/

const tools = [
  "works",
  "throws",
  "rejects",
  "no_arguments",
  "exposed",
  "typed",
  "reads",
  "acts",
  "returns",
  "unsuccessful",
  "order",
  "lies",
  "forgets",
  "nonsense"
]
const requests = [
  ["resources/read", { uri: "shop://good" }],
  ["resources/read", { uri: "shop://bad" }],
  ["resources/read", { uri: "shop://busy" }],
  ["resources/read", { uri: "shop://gone" }],
  ["resources/read", { uri: "shop://orders/7" }],
  ["resources/read", { uri: "shop://none" }],
  ["prompts/get", { name: "greet" }],
  ["prompts/get", { name: "broken", arguments: { name: "x" } }],
  ["prompts/get", { name: "nobody" }],
  ["completion/complete", {
    ref: { type: "ref/resource", uri: "shop://orders/{id}" },
    argument: { name: "id", value: "7" }
  }]
] as const

/** Everything that can be asked of the shop, and what came, errors too. */
const session = async (client: Connected) => {
  const ended = async (promise: Promise<unknown>) =>
    promise.catch((error: unknown) => {
      const { code, data, message } = failure(error)
      return { thrown: { code, message, data } }
    })
  const answers: { [what: string]: unknown } = {}
  for (const name of [...tools, "nosuch", "throw", "constructor"]) answers[name] = await ended(client.call(name))
  answers["wrong"] = await ended(client.call("order", { item: "pne", quantity: "two" }))
  for (const [method, params] of requests) {
    answers[`${method} ${JSON.stringify(params)}`] = await ended(client.request(method, params))
  }
  answers["listing"] = await client.listTools()
  return answers
}

const withReferences = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value).replaceAll(/[0-9a-f]{8}(?=")|(?<=Reference: )[0-9a-f]{8}/g, "<reference>"))

describe.each(generations)("$name", (generation) => {
  const adopted = async (given: Parameters<typeof adoptServer>[1] = options) => {
    const server = shopOn(generation)
    const report = adoptServer(server, given)
    return { server, report, client: await generation.connect(server) }
  }

  it("reports what it reached", async () => {
    const { client, report } = await adopted()
    expect(report).toEqual({
      wrapped: [
        ...tools.map((name) => ({ kind: "tool", name })),
        { kind: "resource", name: "shop://good" },
        { kind: "resource", name: "shop://bad" },
        { kind: "resource", name: "shop://busy" },
        { kind: "resource", name: "shop://gone" },
        { kind: "resource template", name: "orders" },
        { kind: "prompt", name: "greet" },
        { kind: "prompt", name: "broken" }
      ],
      schemas: tools.filter((name) => name !== "no_arguments"),
      unreachable: []
    })
    await client.close()
  })

  it("lets nothing out that went out before, and lists the same", async () => {
    const before = await generation.connect(shopOn(generation))
    const { client } = await adopted()
    const [was, is] = [await session(before), await session(client)]
    const leaking = Object.entries(was).filter(([, answer]) => leaks.test(JSON.stringify(answer))).map(([what]) => what)
    expect(leaking).toEqual([
      "throws",
      "rejects",
      "no_arguments",
      "returns",
      ...requests.filter(([, params]) => /bad|orders|broken/.test(JSON.stringify(params))).map(([method, params]) =>
        `${method} ${JSON.stringify(params)}`
      )
    ])
    expect(Object.entries(is).filter(([, answer]) => leaks.test(JSON.stringify(answer)))).toEqual([])
    expect(is["listing"]).toEqual(was["listing"])
    expect(is["works"]).toEqual(was["works"])
    for (const [method, params] of [requests[0], requests[6]]) {
      const what = `${method} ${JSON.stringify(params)}`
      expect([what, is[what]]).toEqual([what, was[what]])
    }
    await Promise.all([before.close(), client.close()])
  })

  it("answers as SDK 1.x does", async () => {
    const reference = await generations[1]!.connect((() => {
      const server = shopOn(generations[1]!)
      adoptServer(server, options)
      return server
    })())
    const { client } = await adopted()
    const without = (answers: { [what: string]: unknown }) => {
      const kept = withReferences(answers) as { [what: string]: unknown }
      // what is no error is listed, and said of prompts and resources, in the words of each SDK; unknown tools in its kind of
      // reply
      for (const what of Object.keys(kept)) {
        if (/listing|nobody|shop:\/\/none|^(?:nosuch|throw|constructor)$/.test(what)) delete kept[what]
      }
      const text = JSON.stringify(kept).replaceAll(/"resultType":"complete",?|MCP error -\d+: /g, "")
      return JSON.parse(text) as unknown
    }
    expect(without(await session(client))).toEqual(without(await session(reference)))
    await Promise.all([reference.close(), client.close()])
  })

  it.each([
    ["throws", "The tool failed unexpectedly.", "internal_error (permanent). Do not retry. Report the reference."],
    ["rejects", "The tool failed unexpectedly.", "internal_error (permanent). Do not retry. Report the reference."],
    [
      "no_arguments",
      "The tool failed unexpectedly.",
      "internal_error (permanent). Do not retry. Report the reference."
    ],
    ["exposed", "No pens left.", "processing_error (permanent)."],
    ["typed", "Order 7 not found.", "not_found (permanent). Do not retry with the same arguments."],
    ["reads", "The service is unavailable: the connection was reset.", "unavailable (transient). Retry later."],
    [
      "acts",
      "The service is unavailable: the connection was reset.",
      "unavailable (transient). Check whether it took effect before calling again."
    ],
    [
      "returns",
      "It failed: postgres://[redacted]@[address]/orders",
      "processing_error (permanent)."
    ],
    ["lies", "The tool failed unexpectedly.", "internal_error (permanent). Do not retry. Report the reference."],
    ["forgets", "The tool failed unexpectedly.", "internal_error (permanent). Do not retry. Report the reference."],
    ["nonsense", "The tool failed unexpectedly.", "internal_error (permanent). Do not retry. Report the reference."]
  ])("folds what %s does, and logs it with the reference", async (name, message, error) => {
    const { client } = await adopted()
    await client.listTools()
    const result = await client.call(name)
    expect(result.isError).toBe(true)
    expect(read(result).split("\n").slice(0, 2)).toEqual([message, `Error: ${error}`])
    expect(result.structuredContent).toBeUndefined()
    const reference = problem(result)!.reference_id
    expect(read(result)).toMatch(new RegExp(`\nReference: ${reference}$`))
    const logged = lines.filter((line) => line.includes(reference))
    expect(logged).toHaveLength(1)
    expect(JSON.parse(logged[0]!)).toMatchObject({ tool: name, outcome: problem(result)!.type })
    expect(logged[0]).not.toContain("hunter2")
    if (problem(result)!.type === "internal_error") expect(JSON.parse(logged[0]!)["cause"]).toBeTypeOf("string")
    await client.close()
  })

  it("tells every issue of the arguments", async () => {
    const { client } = await adopted()
    const result = await client.call("order", {
      item: "pne",
      quantity: 0,
      address: { city: 3 },
      password: { hunter: 2 },
      note: "is stripped, as before"
    })
    expect(problem(result)?.issues).toEqual([
      {
        path: ["item"],
        message: `Expected one of "pen", "ink"; did you mean "pen"?`,
        expected: `one of "pen", "ink"`,
        received: `"pne"`,
        examples: ["pen", "ink"]
      },
      { path: ["quantity"], message: "Too small: expected number to be >=1", received: "0" },
      { path: ["address", "city"], message: "Expected string, got number", expected: "string", received: "3" },
      { path: ["address", "zip"], message: "Required; expected string", expected: "string" },
      { path: ["password"], message: "Expected string, got object", expected: "string", received: `"[redacted]"` }
    ])
    expect(problem(result)).toMatchObject({ category: "validation", retry: { attempts_made: 0 } })
    expect(read(result)).toContain("\n- address.zip: Required; expected string.")
    expect(read(await client.call("order", { item: "pen", quantity: 1, address: { city: "x", zip: "y" } }))).toBe(
      "ordered"
    )
    await client.close()
  })

  it("refuses tools that do not exist, with the names that are near", async () => {
    const { client } = await adopted()
    for (const [name, near] of [["throw", " Did you mean throws?"], ["nosuch", ""], ["constructor", ""]] as const) {
      if (generation.major === 1) {
        const result = await client.call(name)
        expect(result.isError).toBe(true)
        const lines = read(result).split("\n")
        expect(lines.slice(0, 2)).toEqual([
          `Tool ${name} not found.`,
          "Error: not_found (permanent). Do not retry with the same arguments."
        ])
        expect(lines.filter((line) => line.startsWith("Did you mean"))).toEqual(
          near === "" ? [] : ["Did you mean: throws?"]
        )
        continue
      }
      const error = failure(await client.call(name).catch((error: unknown) => error))
      expect([name, error.code]).toEqual([name, -32602])
      expect(error.message).toMatch(new RegExp(`Unknown tool "${name}"\\.${near.replace("?", "\\?")}$`))
    }
    if (generation.major === 1) {
      expect(read(await client.call("two\nlines"))).toMatch(/^Tool "two\\nlines" not found\.\n/)
    } else await expect(client.call("two\nlines")).rejects.toMatchObject({ code: -32602 })
    await client.close()
  })

  it("tells of a tool that is disabled, and does not offer it", async () => {
    const { client, server } = await adopted()
    server.registerTool("later", {}, async () => text("later")).disable()
    const disabled = await client.call("later").then(read, failure)
    if (generation.major === 1) expect(disabled).toMatch(/^Tool later disabled\nError: processing_error/)
    else expect(disabled).toMatchObject({ code: -32602, message: "Tool later disabled" })
    const near = await client.call("late").then(read, (error: unknown) => failure(error).message)
    expect(near).toMatch(/late/)
    expect(near).not.toContain("later")
    await client.close()
  })

  it.each([
    [{ uri: "shop://bad" }, -32603, /Internal error\. Reference: [0-9a-f]{8}$/, undefined],
    [{ uri: "shop://orders/7" }, -32603, /Internal error\. Reference: [0-9a-f]{8}$/, undefined],
    [
      { uri: "shop://busy" },
      -32603,
      /The shop limits the rate of requests\. Retry after 3 s\. Reference: [0-9a-f]{8}$/,
      "rate_limited"
    ],
    [{ uri: "shop://gone" }, -32602, /Order 7 not found\. Reference: [0-9a-f]{8}$/, "not_found"],
    [{ uri: "shop://none" }, -32602, /^(?:MCP error -32602: )?Resource (?:shop:\/\/none )?not found/, undefined],
    [{ uri: 7 }, -32602, /Invalid params: "uri" must be a string$/, undefined]
  ])("folds the failure of resource %j", async (params, code, message, type) => {
    const { client } = await adopted()
    const error = failure(await client.request("resources/read", params).catch((error: unknown) => error))
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)])
    expect((error.data?.["errata/problem"] as { type?: string } | undefined)?.type).toBe(type)
    const reference = /Reference: (\w+)/.exec(error.message)?.[1]
    if (reference !== undefined) expect(lines.filter((line) => line.includes(reference))).toHaveLength(1)
    await client.close()
  })

  it("folds the failures of prompts and completions", async () => {
    const { client } = await adopted()
    for (const [method, params] of requests.slice(7)) {
      const error = failure(await client.request(method, params).catch((error: unknown) => error))
      expect(error.message).not.toMatch(secrets)
      expect(error.message).toMatch(
        JSON.stringify(params).includes("nobody")
          ? /Prompt nobody not found$/
          : /Internal error\. Reference: [0-9a-f]{8}$/
      )
    }
    await client.close()
  })

  it("wraps what is registered later, and what is exchanged later", async () => {
    const server = generation.make({ capabilities: { prompts: {} } })
    expect(adoptServer(server, options).wrapped).toEqual([])
    const tool = server.registerTool("first", { inputSchema: { n: z.number() } }, async () => text("fine"))
    server.registerResource("bad", "shop://bad", {}, async () => {
      throw raw()
    })
    const client = await generation.connect(server)
    expect(problem(await client.call("first", { n: "1" }))?.issues).toHaveLength(1)
    tool.update({
      callback: async () => {
        throw raw()
      }
    })
    expect(read(await client.call("first", { n: 1 }))).toMatch(/^The tool failed unexpectedly/)
    tool.update({ name: "renamed" })
    expect(problem(await client.call("renamed", { n: 1 }))?.type).toBe("internal_error")
    expect(lines.at(-1)).toContain(`"tool":"renamed"`)
    const error = failure(
      await client.request("resources/read", { uri: "shop://bad" }).catch((error: unknown) => error)
    )
    expect(error.message).toMatch(/Internal error/)
    await client.close()
  })

  it("lets requests for elicitation pass", async () => {
    const { client, server } = await adopted()
    const asks = async () => {
      throw generation.asking()
    }
    server.registerTool("asks", {}, asks)
    server.registerResource("asks", "shop://asks", {}, asks)
    for (const asked of [client.call("asks"), client.request("resources/read", { uri: "shop://asks" })]) {
      expect(failure(await asked.catch((error: unknown) => error))).toMatchObject({
        code: -32042,
        data: { elicitations: [{ url: "https://example.com?token=sk-live-51Hhunter2" }] }
      })
    }
    await client.close()
  })

  it("takes options of single tools, over what annotations say", async () => {
    const { client } = await adopted({
      service: "The shop",
      safety: "once",
      tools: {
        reads: { service: "The archive", safety: "read" },
        throws: { expose: () => true }
      }
    })
    expect(read(await client.call("reads"))).toMatch(
      /^The archive is unavailable.*\nError: unavailable \(transient\)\. Retry later/
    )
    expect(read(await client.call("no_arguments"))).toMatch(
      /^connect to postgres:\/\/\[redacted\]@\[address\]\/orders failed in \[path\]\.\n/
    )
    expect(read(await client.call("throws"))).toMatch(/^connect to postgres:\/\/\[redacted\]@/)
    expect(read(await client.call("rejects"))).toMatch(/^connect to postgres:\/\/\[redacted\]@/)
    await client.close()
  })

  it("changes nothing in shadow mode, and logs what it would do", async () => {
    const before = await generation.connect(shopOn(generation))
    const { client, report } = await adopted({ ...options, mode: "shadow" })
    expect(report.unreachable).toEqual([])
    const [was, is] = [await session(before), await session(client)]
    expect(is).toEqual(was)
    const told = lines.map((line) => JSON.parse(line) as { tool: string; would: string; type: string })
    const would = (tool: string) =>
      told.filter((line) => line.tool === tool).map(({ type, would }) => `${would}: ${type}`)
    expect(would("works")).toEqual([])
    expect(would("throws")).toEqual(["be masked: internal_error"])
    expect(would("no_arguments")).toEqual(["be masked: internal_error"])
    expect(would("exposed")).toEqual(["be classified: HandlerFailed"])
    expect(would("typed")).toEqual(["be classified: NotFound"])
    expect(would("reads")).toEqual(["be classified: Unavailable"])
    expect(would("returns")).toEqual(["keep its words, with a type and a reference: HandlerFailed"])
    expect(would("unsuccessful")).toEqual([])
    expect(would("order")).toEqual(Array(2).fill("be reported issue by issue: invalid_arguments"))
    expect(would("lies")).toEqual(["be masked: internal_error"])
    expect(would("nonsense")).toEqual(["be masked: internal_error"])
    expect(would("nosuch")).toEqual([
      generation.major === 1 ? "name the tools that are near: NotFound" : "be a JSON-RPC error: unknown_tool"
    ])
    expect(would("resources/read")).toEqual([
      "be masked: internal_error",
      "be classified: RateLimited",
      "be classified: NotFound",
      "be masked: internal_error"
    ])
    expect(lines.join("\n")).not.toContain("hunter2")
    await Promise.all([before.close(), client.close()])
  })

  it("leaves alone what folds its failures itself", async () => {
    const { client, server } = await adopted()
    const options = { name: "wrapped", safety: "read" as const, service: "The press" }
    server.registerTool(
      "wrapped",
      { inputSchema: { n: z.number() } },
      wrapHandler(async () => {
        throw Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" })
      }, options) as never
    )
    server.registerTool("result", {}, fromResult(() => ({ ok: false, error: raw() }), { name: "result" }) as never)
    const own = Tool.make("own", {
      description: "Fails.",
      errors: [Errors.NotFound],
      input: Schema.Struct({ n: Schema.Finite })
    })
    const fails = Tool.handle(own, () => Effect.fail(new Errors.NotFound({ resource: "Order", id: "7" })))
    if (generation.major === 1) Sdk.register(server, [fails])
    else ServerHost.register(server as never, [fails])
    const cases = [["wrapped", "unavailable"], ["result", "processing_error"], ["own", "not_found"]] as const
    for (const [name, type] of cases) {
      lines.length = 0
      const told = problem(await client.call(name, { n: 1 }))
      expect([name, told?.type]).toEqual([name, type])
      expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
        expect.objectContaining({ tool: name, reference_id: told?.reference_id, outcome: type })
      ])
    }
    for (const name of ["wrapped", "own"]) {
      expect(problem(await client.call(name, { n: "x" }))?.issues?.[0]).toMatchObject({ path: ["n"], received: `"x"` })
    }
    await client.close()
  })

  it.each<[string, object]>([
    ["structured content alone", { structuredContent: { n: 1 } }],
    ["an object that is no result", { n: 1 }],
    ["nothing but _meta", { _meta: { n: 1 } }],
    ["an empty object", {}],
    ["fields of its own", { ...text("fine"), n: 1 }]
  ])("leaves a success with %s as it was", async (_, returned) => {
    const serving = async (adopt: (server: AnyServer) => unknown) => {
      const server = generation.make()
      server.registerTool("works", {}, async () => returned as never)
      adopt(server)
      const client = await generation.connect(server)
      const result = await client.call("works")
      await client.close()
      return result
    }
    const was = await serving(() => undefined)
    expect(was.isError).toBeUndefined()
    expect(await serving((server) => adoptServer(server))).toEqual(was)
  })

  it("takes success: false for an answer, unless an option says that it is a failure, whose content is kept", async () => {
    const { client } = await adopted()
    const plain = await generation.connect(shopOn(generation))
    expect(await client.call("unsuccessful")).toEqual(await plain.call("unsuccessful"))
    const heeding = await adopted({ heedsSuccessFalse: true })
    const failed = await heeding.client.call("unsuccessful")
    expect(failed.isError).toBe(true)
    expect(failed.content).toEqual([
      { type: "text", text: `{"success":false,"error":"No carrier"}` },
      { type: "text", text: expect.stringMatching(/^Error: processing_error \(permanent\)\.\nReference: [0-9a-f]{8}$/) }
    ])
    expect(problem(failed)?.message).toBe("No carrier")
    await Promise.all([client.close(), plain.close(), heeding.client.close()])
  })

  it("takes success: false for an answer, where a tool of ours declares it", async () => {
    const server = generation.make()
    const own = Tool.make("own", { description: "Tells.", output: Schema.Struct({ success: Schema.Boolean }) })
    const tells = Tool.handle(own, () => Effect.succeed({ success: false }))
    if (generation.major === 1) Sdk.register(server, [tells])
    else ServerHost.register(server as never, [tells])
    adoptServer(server)
    const client = await generation.connect(server)
    expect(await client.call("own")).toMatchObject({ structuredContent: { success: false } })
    await client.close()
  })

  it("folds once, whatever the prefix of _meta is", async () => {
    const { client } = await adopted({ metaPrefix: "acme/x-" })
    const result = await client.call("throws")
    expect(Meta.problem(result._meta, ["acme/x-"])?.type).toBe("processing_error")
    expect(lines).toHaveLength(1)
    const error = failure(
      await client.request("resources/read", { uri: "shop://gone" }).catch((error: unknown) => error)
    )
    expect(error.data?.["acme/x-problem"]).toMatchObject({ type: "not_found" })
    await client.close()
  })

  it("takes nobody else's problem for one of ours", async () => {
    const { client, server } = await adopted()
    const returned = {
      ...text(`It failed: ${raw().message}`),
      isError: true,
      _meta: { "acme/problem": { title: "Oops" } }
    }
    server.registerTool("fails", {}, async () => returned)
    const result = await client.call("fails")
    expect(problem(result)?.type).toBe("processing_error")
    expect(JSON.stringify(result)).not.toContain("hunter2")
    await client.close()
  })

  it("masks what a schema throws", async () => {
    const leaking = z.object({
      n: z.string().transform((): string => {
        throw raw()
      })
    })
    for (const mode of ["enforce", "shadow"] as const) {
      const { client, server } = await adopted({ mode })
      server.registerTool("input", { inputSchema: leaking }, async () => text("fine"))
      server.registerTool(
        "output",
        { outputSchema: leaking },
        async () => ({ ...text("fine"), structuredContent: { n: "1" } })
      )
      for (const name of ["input", "output"]) {
        lines.length = 0
        const result = await client.call(name, { n: "1" })
        if (mode === "shadow") {
          expect(read(result)).toMatch(leaks)
          expect(lines.map((line) => (JSON.parse(line) as { would: string }).would)).toEqual(["be masked"])
        } else {
          expect([name, problem(result)?.type]).toEqual([name, "internal_error"])
          expect(JSON.stringify(result)).not.toMatch(leaks)
        }
      }
      await client.close()
    }
  })

  it("keeps arguments that are too many from the schema", async () => {
    let asked = 0
    const server = generation.make({ maxToolInputElements: 5 })
    const items = z.array(z.number()).refine(() => ++asked > 0)
    server.registerTool(
      "adds",
      { inputSchema: z.object({ items: z.array(z.any()).pipe(items) }) },
      async () => text("1")
    )
    adoptServer(server)
    const client = await generation.connect(server)
    expect(problem(await client.call("adds", { items: Array(9).fill(1) }).catch(() => ({ content: [] })))?.category)
      .toBe(/1\.x|2\.x/.test(generation.name) ? "validation" : undefined) // the oldest versions know no such limit
    expect(asked).toBe(/1\.x|2\.x/.test(generation.name) ? 0 : 1)
    await client.close()
  })

  it("tells no more issues than a problem holds", async () => {
    const { client, server } = await adopted()
    server.registerTool("adds", { inputSchema: z.object({ items: z.array(z.number()) }) }, async () => text("1"))
    const result = await client.call("adds", { items: Array(5000).fill("x") })
    expect(problem(result)?.issues).toHaveLength(100)
    expect(problem(result)?.message).toBe("Invalid arguments: 100 problems")
    await client.close()
  })

  it.each([
    ["tools/call", { name: { toString: 1, valueOf: 1 } }, `"name" must be a string`],
    ["tools/call", {}, `"name" must be a string`],
    ["prompts/get", { name: "broken", arguments: [] }, `"arguments" must be an object`],
    ["prompts/get", { name: "broken", arguments: { name: 7 } }, "the arguments of a prompt must be strings"]
  ])("refuses a request %s %j, which is nobody's failure", async (method, params, message) => {
    const ended = (client: Connected) =>
      client.request(method, params).catch((error: unknown) => {
        const { code, message } = failure(error)
        return { code, message }
      })
    const { client } = await adopted()
    expect(await ended(client)).toEqual({
      code: -32602,
      message: expect.stringMatching(new RegExp(`Invalid params: ${message}$`))
    })
    expect(lines).toEqual([])
    await client.request("resources/read", { uri: "shop://good", arguments: "of nobody" })
    const [shadowed, plain] = [await adopted({ mode: "shadow" }), await generation.connect(shopOn(generation))]
    expect(await ended(shadowed.client)).toEqual(await ended(plain))
    await Promise.all([client.close(), shadowed.client.close(), plain.close()])
  })

  it("guards what answers unknown methods, and advises nobody to repeat them", async () => {
    for (const set of ["before", "after"]) {
      const server = generation.make()
      const acts = async () => {
        throw Object.assign(raw(), { code: "ECONNRESET" })
      }
      if (set === "before") server.server.fallbackRequestHandler = acts
      adoptServer(server)
      if (set === "after") server.server.fallbackRequestHandler = acts
      const client = await generation.connect(server)
      const error = failure(await client.request("orders/create", {}).catch((error: unknown) => error))
      expect(error.message).not.toMatch(leaks)
      expect(error.data?.["errata/problem"]).toMatchObject({
        type: "unavailable",
        retry: { should_retry: false, reason: "undeclared_safety" }
      })
      await client.close()
    }
  })

  it.each(["enforce", "shadow"] as const)(
    "writes one line where a handler that is guarded is wrapped: %s",
    async (mode) => {
      const { client, server } = await adopted({ mode })
      const inner = server.server as unknown as {
        _requestHandlers: Map<string, (request: unknown, extra: unknown) => unknown>
        setRequestHandler: (what: unknown, handler: unknown) => void
      }
      const untouched = inner._requestHandlers.get("tools/list")
      for (const [method, schema] of Object.entries(schemas)) {
        const original = inner._requestHandlers.get(method)!
        inner.setRequestHandler(generation.major === 1 ? schema : method, original.bind(undefined))
      }
      expect(inner._requestHandlers.get("tools/list")).toBe(untouched)
      const error = failure(
        await client.request("resources/read", { uri: "shop://bad" }).catch((error: unknown) => error)
      )
      expect(lines).toHaveLength(1)
      if (mode === "enforce") expect(lines[0]).toContain(error.message.slice(-8))
      const result = await client.call("throws")
      expect(problem(result)?.type).toBe(mode === "enforce" ? "processing_error" : undefined)
      expect(lines).toHaveLength(2)
      await client.close()
    }
  )

  it("tells in shadow mode what becomes of a tool that is disabled", async () => {
    const { client, server } = await adopted({ mode: "shadow" })
    server.registerTool("later", {}, async () => text("later")).disable()
    await client.call("later").catch(() => undefined)
    const told = generation.major === 1 ? [{ would: "keep its words, with a type and a reference" }] : []
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject(told)
    await client.close()
  })

  it("says nothing of its adoption to a client that is connected", async () => {
    const server = shopOn(generation)
    const client = await generation.connect(server)
    const sent = vi.spyOn(server.server, "notification")
    adoptServer(server, options)
    expect(problem(await client.call("throws"))?.type).toBe("internal_error")
    expect(sent).not.toHaveBeenCalled()
    await client.close()
  })

  it("is prepared once for many servers", async () => {
    const adopt = prepare({ tools: { acts: { safety: "read" } } })
    for (let i = 0; i < 3; i++) {
      const server = shopOn(generation)
      expect(adopt(server).unreachable).toEqual([])
      const client = await generation.connect(server)
      expect(problem(await client.call("acts"))?.type).toBe("unavailable")
      await client.close()
    }
    for (const annotations of [{}, { idempotentHint: true }, { readOnlyHint: true }]) {
      const server = generation.make()
      server.registerTool("sends", { annotations }, async () => {
        throw Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" })
      })
      adopt(server)
      const client = await generation.connect(server)
      const isSafe = Object.keys(annotations).length > 0
      expect(problem(await client.call("sends"))?.retry.should_retry).toBe(isSafe)
      await client.close()
    }
  })

  describe("where a handler of calls was set by hand", () => {
    const byHand = async (mode: "enforce" | "shadow", handler: () => unknown) => {
      const server = generation.make({ capabilities: { tools: {} } })
      const set = server.server.setRequestHandler.bind(server.server) as (what: unknown, handler: unknown) => void
      set(generation.major === 1 ? schemas["tools/call"] : "tools/call", handler)
      adoptServer(server, { mode })
      return generation.connect(server)
    }

    it.each([
      ["throws", async () => Promise.reject(raw()), "processing_error", "be classified: HandlerFailed"],
      [
        "returns its failure",
        () => ({ ...text(`It failed: ${raw().message}`), isError: true }),
        "processing_error",
        "keep its words, with a type and a reference: HandlerFailed"
      ]
    ])("folds, or tells, what it %s", async (_, handler, type, would) => {
      const enforced = await byHand("enforce", handler)
      const result = await enforced.call("anything")
      expect(problem(result)?.type).toBe(type)
      expect(JSON.stringify(result)).not.toContain("hunter2")
      lines.length = 0
      const shadowed = await byHand("shadow", handler)
      await shadowed.call("anything").catch(() => undefined)
      expect(lines.map((line) => JSON.parse(line) as { would: string; type: string })).toMatchObject([{
        would: would.split(": ")[0],
        type: would.split(": ")[1]
      }])
      await Promise.all([enforced.close(), shadowed.close()])
    })
  })

  it("is adopted once", async () => {
    const { client, server } = await adopted()
    expect(adoptServer(server, options)).toEqual({
      wrapped: [],
      schemas: [],
      unreachable: [{ what: "the server", why: "The server is already adopted." }]
    })
    await client.call("throws")
    expect(lines).toHaveLength(1)
    await client.close()
  })
})
