/** Handlers that return a Result of any of the common libraries, on both SDKs. */
import { fromResult } from "@errata/mcp-adapter/wrap"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js"
import type { ServerNotification, ServerRequest } from "@modelcontextprotocol/sdk/types.js"
import { McpServer as McpServer2, type ServerContext } from "@modelcontextprotocol/server"
import * as Result from "effect/Result"
import { err, errAsync, ok, okAsync, Result as NeverthrowResult, type ResultAsync } from "neverthrow"
import * as z from "zod"
import { sameType } from "./same.ts"

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>

interface User {
  readonly id: string
  readonly name: string
}

class UserError extends Error {}

type Own = { ok: true; value: User } | { ok: false; error: UserError }
type Api = { success: true; data: User } | { success: false; error: { code: string; message: string } }

const user = (id: string): User => ({ id, name: "Ada" })

const neverthrows = (id: string): NeverthrowResult<User, UserError> =>
  id === "" ? err(new UserError("No id")) : ok(user(id))
const later = (id: string): ResultAsync<User, UserError> =>
  id === "" ? errAsync(new UserError("No id")) : okAsync(user(id))
const effects = (id: string): Result.Result<User, UserError> =>
  id === "" ? Result.fail(new UserError("No id")) : Result.succeed(user(id))
const own = async (id: string): Promise<Own> =>
  id === "" ? { ok: false, error: new UserError("No id") } : { ok: true, value: user(id) }
const api = async (id: string): Promise<Api> =>
  id === "" ? { success: false, error: { code: "E1", message: "No id" } } : { success: true, data: user(id) }

const options = { expose: [UserError] }
const shape = { id: z.string() }
const object = z.object(shape)
const parse = NeverthrowResult.fromThrowable(JSON.parse, () => new UserError("No JSON"))

const one = new McpServer1({ name: "users", version: "1.0.0" })
one.registerTool("neverthrow", { inputSchema: shape }, fromResult(({ id }) => neverthrows(id), options))
one.registerTool("neverthrow_async", { inputSchema: shape }, fromResult(({ id }) => later(id), options))
one.registerTool("neverthrow_promise", { inputSchema: shape }, fromResult(async ({ id }) => neverthrows(id)))
one.registerTool("neverthrow_chain", { inputSchema: shape }, fromResult(({ id }) => later(id).map((it) => it.name)))
one.registerTool("neverthrow_any", { inputSchema: shape }, fromResult(({ id }) => parse(id)))
one.registerTool("effect", { inputSchema: shape }, fromResult(({ id }) => effects(id)))
one.registerTool("effect_promise", { inputSchema: object }, fromResult(async ({ id }) => effects(id)))
one.registerTool("own", { inputSchema: object }, fromResult(({ id }) => own(id), { name: "own", safety: "read" }))
one.registerTool("api", { inputSchema: object, outputSchema: shape }, fromResult(({ id }) => api(id)))
one.registerTool("alone", {}, fromResult(() => neverthrows("1")))
one.registerTool("context", {}, fromResult((extra: Extra) => later(String(extra.requestId))))
one.registerTool(
  "typed",
  { inputSchema: shape },
  fromResult(({ id }, extra) => {
    sameType<typeof id, string>(true)
    sameType<typeof extra, Extra>(true)
    return later(id)
  })
)

const two = new McpServer2({ name: "users", version: "1.0.0" })
two.registerTool("neverthrow", { inputSchema: object }, fromResult(({ id }) => neverthrows(id), options))
two.registerTool("neverthrow_async", { inputSchema: object }, fromResult(({ id }) => later(id), options))
two.registerTool("neverthrow_promise", { inputSchema: object }, fromResult(async ({ id }) => neverthrows(id)))
two.registerTool("neverthrow_shape", { inputSchema: shape }, fromResult(({ id }) => later(id)))
two.registerTool("effect", { inputSchema: object }, fromResult(({ id }) => effects(id)))
two.registerTool("effect_promise", { inputSchema: object }, fromResult(async ({ id }) => effects(id)))
two.registerTool("own", { inputSchema: object }, fromResult(({ id }) => own(id), { name: "own", safety: "read" }))
two.registerTool("api", { inputSchema: object, outputSchema: object }, fromResult(({ id }) => api(id)))
two.registerTool("alone", {}, fromResult(() => neverthrows("1")))
two.registerTool("context", {}, fromResult((context: ServerContext) => later(String(context.mcpReq.id))))
two.registerTool(
  "typed",
  { inputSchema: object },
  fromResult(({ id }, context) => {
    sameType<typeof id, string>(true)
    sameType<typeof context, ServerContext>(true)
    return effects(id)
  })
)
