/** The Results of the real libraries, through the clients of both SDKs. */
import * as Errors from "@errata/core/Errors"
import * as Meta from "@errata/mcp-adapter/Meta"
import { fromResult, type LaterResult, type ResultLike } from "@errata/mcp-adapter/wrap"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import { McpServer as McpServer2 } from "@modelcontextprotocol/server"
import * as Result from "effect/Result"
import * as neverthrow from "neverthrow"
import { describe, expect, it } from "vitest"
import * as z from "zod"
import { connect1, connect2, info } from "./clients.ts"

class OutOfStock extends Error {}

const secret = "postgres://admin:hunter2@10.0.0.5/main"
const order = { item: "pen", left: 3 }

const errors = {
  typed: new Errors.NotFound({ resource: "Pen", id: "7" }),
  exposed: new OutOfStock("No pens left"),
  secret: new Error(`connect to ${secret} failed`),
  text: `connect to ${secret} failed`,
  nothing: undefined
}
type How = keyof typeof errors | "fine"

const neverthrows = (how: How): neverthrow.Result<typeof order, unknown> =>
  how === "fine" ? neverthrow.ok(order) : neverthrow.err(errors[how])
const effects = (how: How): Result.Result<typeof order, unknown> =>
  how === "fine" ? Result.succeed(order) : Result.fail(errors[how])
const rejects = async (how: How): Promise<typeof order> => {
  if (how === "fine") return order
  throw errors[how]
}

const kinds: { readonly [name: string]: (how: How) => ResultLike | LaterResult } = {
  "neverthrow's Result": neverthrows,
  "a promise of neverthrow's Result": async (how) => neverthrows(how),
  "neverthrow's ResultAsync": (how) => how === "fine" ? neverthrow.okAsync(order) : neverthrow.errAsync(errors[how]),
  "neverthrow's ResultAsync of a promise": (how) => neverthrow.ResultAsync.fromPromise(rejects(how), (error) => error),
  "neverthrow's chain": (how) =>
    neverthrow.ResultAsync.fromSafePromise(Promise.resolve(how)).andThen(neverthrows).map(({ item, left }) => ({
      item,
      left
    })),
  "neverthrow's safeTry": (how) =>
    neverthrow.safeTry(function*() {
      return neverthrow.ok(yield* neverthrows(how))
    }),
  "effect's Result": effects,
  "a promise of effect's Result": async (how) => effects(how),
  "effect's Result.gen": (how) =>
    Result.gen(function*() {
      return yield* effects(how)
    })
}

const inputSchema = z.object({ how: z.string() })
const outputSchema = z.object({ item: z.string(), left: z.number() })
const options = { name: "order", expose: [OutOfStock], logsCalls: false }

const generations = {
  "SDK 1.x": (handler: (args: { how: string }) => ResultLike | LaterResult) => {
    const server = new McpServer1(info)
    server.registerTool("order", { inputSchema, outputSchema }, fromResult(handler, options))
    return connect1(server)
  },
  "SDK 2.x": (handler: (args: { how: string }) => ResultLike | LaterResult) => {
    const server = new McpServer2(info)
    server.registerTool("order", { inputSchema, outputSchema }, fromResult(handler, options))
    return connect2(server)
  }
}

const table = Object.entries(generations).flatMap(([generation, connect]) =>
  Object.entries(kinds).map(([kind, make]) => [kind, generation, make, connect] as const)
)

describe.each(table)("fromResult of %s on %s", (_, __, make, connect) => {
  const call = async (how: string) =>
    (await connect(({ how }) => make(how as How))).callTool({ name: "order", arguments: { how } })
  const textOf = ({ content }: { readonly [key: string]: unknown }) =>
    (content as ReadonlyArray<{ readonly text: string }>)[0]?.text

  it("returns its value", async () => {
    const result = await call("fine")
    expect(result.isError).not.toBe(true)
    expect(result.structuredContent).toEqual(order)
    expect(result.content).toEqual([{ type: "text", text: JSON.stringify(order) }])
  })

  it("folds its error", async () => {
    const typed = await call("typed")
    expect(textOf(typed)).toMatch(/^Pen 7 not found\.\nError: not_found \(permanent\)\./)
    expect(Meta.problem(typed._meta)).toMatchObject({ error: "NotFound", details: { resource: "Pen", id: "7" } })
    const exposed = await call("exposed")
    expect(textOf(exposed)).toMatch(/^No pens left\.\n/)
    expect(exposed.isError).toBe(true)
  })

  it.each(["secret", "text", "nothing"])("masks an error that nobody classified: %s", async (how) => {
    const result = await call(how)
    expect(result.isError).toBe(true)
    expect(textOf(result)).toMatch(/^The tool failed unexpectedly\.\nError: internal_error/)
    expect(JSON.stringify(result)).not.toContain("hunter2")
  })
})

describe.each(Object.entries(generations))("fromResult on %s", (_, connect) => {
  it.each([
    ["throws before it returns one", () => {
      throw errors.secret
    }],
    ["rejects instead of it", () => Promise.reject(errors.secret)],
    [
      "returns a ResultAsync that rejects",
      () => new neverthrow.ResultAsync<never, never>(Promise.reject(errors.secret))
    ],
    ["returns none", () => undefined as never],
    ["returns null", () => Promise.resolve(null as never)]
  ])("masks a handler that %s", async (_, handler) => {
    const client = await connect(handler)
    const result = await client.callTool({ name: "order", arguments: { how: "fine" } })
    expect(result).toMatchObject({ isError: true, content: [{ text: expect.stringMatching(/^The tool failed unex/) }] })
    expect(JSON.stringify(result)).not.toContain("hunter2")
  })

  it("hands a result that is one already through", async () => {
    const result = { content: [{ type: "text", text: "done" }], structuredContent: order, _meta: { own: 1 } }
    const client = await connect(() => neverthrow.ok(result))
    expect(await client.callTool({ name: "order", arguments: { how: "fine" } })).toMatchObject(result)
  })
})
