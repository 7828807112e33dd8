/** Serves the compared tools on each stack, as its documentation says, and connects a client to it. */
import * as SdkHost from "@errata/mcp-adapter/sdk"
import type * as Walk from "@errata/mcp-adapter/walk"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js"
import { InMemoryTransport as Memory1 } from "@modelcontextprotocol/sdk/inMemory.js"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import { InMemoryTransport as Memory2, McpServer as McpServer2 } from "@modelcontextprotocol/server"
import * as McpProtocol from "effect/ai/McpProtocol"
import * as McpServer from "effect/ai/McpServer"
import * as AiTool from "effect/ai/Tool"
import * as Toolkit from "effect/ai/Toolkit"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import { FastMCP, UserError } from "fastmcp"
import * as z from "zod"
import { handlers, inputs, isRead, names } from "./byHand.ts"
import * as Ours from "./ours.ts"
import { formats, makeWorld, type World } from "./world.ts"

const info = { name: "compared", version: "1.0.0" }

/** A server of a stack, with the world behind it. */
export interface Running {
  readonly world: World
  readonly connection: Walk.Connection
}

const connectionOf = (client: Client, end: () => Promise<unknown> = () => Promise.resolve()): Walk.Connection => ({
  list: async () => (await client.listTools()).tools as unknown as ReadonlyArray<Walk.Listed>,
  call: (name, args) => client.callTool({ name, arguments: args }),
  close: async () => {
    await client.close()
    await end()
  }
})

/** Nobody reads what these servers log. */
const silent = Context.make(Logger.CurrentLoggers, new Set<Logger.Logger<unknown, unknown>>())

const inMemory1 = async (server: McpServer1): Promise<Walk.Connection> => {
  const client = new Client(info)
  const [theirs, ours] = Memory1.createLinkedPair()
  await server.connect(theirs)
  await client.connect(ours)
  return connectionOf(client, () => server.close())
}

const texts = (value: unknown) => ({ content: [{ type: "text" as const, text: JSON.stringify(value) }] })

const errata = (world: World): Promise<Walk.Connection> => {
  const server = new McpServer1(info)
  SdkHost.register(server, Ours.make(world), { runtime: silent, guides: Ours.guides })
  return inMemory1(server)
}

const sdk1 = (world: World): Promise<Walk.Connection> => {
  const server = new McpServer1(info)
  const handle = handlers(world, (message) => new Error(message))
  for (const name of names) {
    const config = { description: name, inputSchema: inputs[name], annotations: { readOnlyHint: isRead(name) } }
    server.registerTool(name, config as never, (async (args: never) => texts(await handle[name](args))) as never)
  }
  return inMemory1(server)
}

const sdk2 = async (world: World): Promise<Walk.Connection> => {
  const server = new McpServer2(info)
  const handle = handlers(world, (message) => new Error(message))
  for (const name of names) {
    const config = {
      description: name,
      inputSchema: z.object(inputs[name]),
      annotations: { readOnlyHint: isRead(name) }
    }
    server.registerTool(name, config as never, (async (args: never) => texts(await handle[name](args))) as never)
  }
  const client = new Client(info)
  const [theirs, ours] = Memory2.createLinkedPair()
  await server.connect(theirs)
  await client.connect(ours as never)
  return connectionOf(client, () => server.close())
}

/** Asks the system for a port that is free. */
const freePort = async (): Promise<number> => {
  const { createServer } = await import("node:net")
  return await new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { readonly port: number }
      server.close(() => resolve(port))
    })
  })
}

const fastmcp = async (world: World): Promise<Walk.Connection> => {
  const server = new FastMCP({ ...info, version: "1.0.0", logger: quiet } as never)
  const handle = handlers(world, (message) => new UserError(message))
  for (const name of names) {
    server.addTool({
      name,
      description: name,
      parameters: z.object(inputs[name]),
      annotations: { readOnlyHint: isRead(name) },
      execute: async (args: unknown) => JSON.stringify(await handle[name](args as never))
    } as never)
  }
  const port = await freePort()
  await server.start({ transportType: "httpStream", httpStream: { port, host: "127.0.0.1", stateless: true } } as never)
  const client = new Client(info)
  await client.connect(new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${port}/mcp`)) as never)
  return connectionOf(client, () => server.stop())
}

const ignore = (): void => {}
const quiet = { debug: ignore, error: ignore, info: ignore, log: ignore, warn: ignore }

/** The error that effect's documentation asks for: one of the tool's failures, with a message. */
class ShopError extends Schema.TaggedError<ShopError>()("ShopError", { said: Schema.String }) {
  override readonly message = this.said
}

const parameters = {
  list_items: AiTool.EmptyParams,
  get_item: Schema.Struct({ id: Schema.String }),
  convert: Schema.Struct({ id: Schema.String, format: Schema.Literals(formats) }),
  search: Schema.Struct({
    query: Schema.String.check(Schema.isMinLength(2)),
    limit: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 50 })))
  }),
  get_rate: Schema.Struct({ currency: Schema.String }),
  charge: Schema.Struct({ user_id: Schema.String, amount: Schema.Finite }),
  get_charge: Schema.Struct({ user_id: Schema.String }),
  import_items: Schema.Struct({ ids: Schema.Array(Schema.String) }),
  delete_item: Schema.Struct({ id: Schema.String }),
  deploy: Schema.Struct({ app: Schema.String }),
  check_deployment: Schema.Struct({ deployment_id: Schema.String }),
  get_theme: AiTool.EmptyParams
}

const effect = async (world: World): Promise<Walk.Connection> => {
  const handle = handlers(world, (message) => new ShopError({ said: message }))
  const tools = names.map((name) =>
    AiTool.make(name, {
      description: name,
      parameters: parameters[name] as Schema.Struct<never>,
      success: Schema.Unknown,
      failure: ShopError
    }).annotate(AiTool.Readonly, isRead(name))
  )
  const toolkit = Toolkit.make(...tools)
  // what the author did not think of is a defect, as in any effect
  const implemented = toolkit.toLayer(Object.fromEntries(names.map((name) => [
    name,
    (args: never) =>
      Effect.tryPromise({ try: () => handle[name](args), catch: (cause) => ({ cause }) }).pipe(
        Effect.catch(({ cause }) => cause instanceof ShopError ? Effect.fail(cause) : Effect.die(cause))
      )
  ])) as never)
  const served = McpServer.toolkit(toolkit).pipe(
    Layer.provide(implemented as never),
    Layer.provide(McpServer.layerHttp({ ...info, path: "/mcp", protocols: [McpProtocol.v2025_11_25] })),
    Layer.provide(Layer.succeedContext(silent))
  )
  const { dispose, handler } = HttpRouter.toWebHandler(served as never, { disableLogger: true })
  const client = new Client(info)
  const fetch = (url: string | URL, init?: RequestInit): Promise<Response> =>
    (handler as (request: Request) => Promise<Response>)(new Request(url, init))
  await client.connect(new StreamableHTTPClientTransport(new URL("http://compared/mcp"), { fetch }) as never)
  return connectionOf(client, dispose)
}

const stacks: { readonly [name: string]: (world: World) => Promise<Walk.Connection> } = {
  Errata: errata,
  "SDK 1.x": sdk1,
  "SDK 2.x": sdk2,
  fastmcp,
  "effect's McpServer": effect
}

export const stackNames = Object.keys(stacks)

/** Starts a server of a stack. */
export const start = async (name: string): Promise<Running> => {
  const world = makeWorld()
  return { world, connection: await stacks[name]!(world) }
}
