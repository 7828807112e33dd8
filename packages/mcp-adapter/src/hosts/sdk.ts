/**
 * Serves tools on an existing `McpServer` of `@modelcontextprotocol/sdk` 1.x, next to tools registered the ordinary way.
 *
 * **Details**
 *
 * Schemas are listed as `JsonSchema` writes them. Arguments reach the tool as they came, `null` and what is no object
 * included, so that decoding and its issues are ours. A tool that does not exist, or is switched off, is the JSON-RPC error
 * -32602 with the names that may have been meant; for both a private handler of the SDK is wrapped, and nothing changes where an
 * SDK hides it elsewhere. Plain calls of tools that are as they were registered go past the SDK's own checks, which would change
 * nothing. What the SDK would have turned into raw exception text never reaches it: our handlers always return.
 * One thing passes untouched: a handler that dies of the SDK's own `UrlElicitationRequiredError` asks the client for something,
 * and the SDK has to see it. With `MCP_DEBUG=true` in the environment replies show the details of defects, for development only.
 *
 * @since 0.1.0
 */
import type * as Tool from "@errata/core/Tool"
import type { McpServer, RegisteredTool } from "@modelcontextprotocol/sdk/server/mcp.js"
import * as z from "zod/v4"
import type * as Handler from "../call/Handler.ts"
import { settleLater } from "../call/internal/answer.ts"
import { bindTool } from "../call/internal/bind.ts"
import { withDebugging } from "../call/internal/debugging.ts"
import { markFolding } from "../call/internal/foldsItself.ts"
import { assertGuides, assertListed } from "../call/internal/guides.ts"
import { withGuard } from "../call/internal/loopOption.ts"
import type { Lists } from "../call/internal/model.ts"
import { requestFrom } from "../call/internal/request.ts"
import { assertGiven } from "../call/internal/runtime.ts"
import type { Runtime } from "../call/Runtime.ts"
import { isRecord } from "../fold/internal/resultLike.ts"
import { answerCalls, listsOf } from "./internal/calls.ts"
import { checkWhileDebugging } from "./internal/checking.ts"
import { handedOver } from "./internal/direct.ts"
import * as Listing from "./internal/listing.ts"
import type { Prepare, Prepared, Register } from "./internal/register.ts"
import { assertVerifiers } from "./internal/verifiers.ts"

export type { Prepare, Prepared, Register } from "./internal/register.ts"

/**
 * Registers tools on a server. A service that the runtime does not bring does not compile. Throws a `TypeError` for a server of
 * an SDK before 1.24: `adoptServer` takes these.
 *
 * **Example** (Adding a tool to a server)
 *
 * ```ts import.meta.vitest
 * import * as Tool from "@errata/core/Tool"
 * import { register } from "@errata/mcp-adapter/sdk"
 * import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 *
 * const ping = Tool.make("ping", { description: "Answers.", output: Schema.String, safety: "read" })
 * const server = new McpServer({ name: "example", version: "1.0.0" })
 *
 * const registered = register(server, [Tool.handle(ping, () => Effect.succeed("pong"))])
 * registered.length // => 1
 * ```
 *
 * @category registration
 * @since 0.1.0
 */
export const register: Register<McpServer, RegisteredTool> = (
  server: McpServer,
  tools: ReadonlyArray<Tool.Handled<unknown>>,
  options?: Handler.OptionsWithRuntime<never, Runtime<never>>
): ReadonlyArray<RegisteredTool> => {
  assertRecent(server)
  return prepare(tools as ReadonlyArray<Tool.Handled>, options)(server)
}

/**
 * Binds tools once, for many servers: a stateless HTTP server makes one for every request.
 *
 * **Example** (Serving each request with a server of its own)
 *
 * ```ts import.meta.vitest
 * import * as Tool from "@errata/core/Tool"
 * import { prepare } from "@errata/mcp-adapter/sdk"
 * import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 *
 * const ping = Tool.make("ping", { description: "Answers.", output: Schema.String, safety: "read" })
 * const addTools = prepare([Tool.handle(ping, () => Effect.succeed("pong"))])
 *
 * const serverOfRequest = () => {
 *   const server = new McpServer({ name: "example", version: "1.0.0" })
 *   addTools(server)
 *   return server
 * }
 * serverOfRequest() === serverOfRequest() // => false
 * ```
 *
 * @category registration
 * @since 0.1.0
 */
export const prepare: Prepare<McpServer, RegisteredTool> = (
  tools: ReadonlyArray<Tool.Handled<unknown>>,
  options?: Handler.OptionsWithRuntime<never, Runtime<never>>
): Prepared<McpServer, RegisteredTool> => {
  const given = { ...withGuard(withDebugging(assertGiven(options))), raises: true, beside: tools }
  Listing.warnOfNames(tools)
  checkWhileDebugging(tools, given)
  assertVerifiers(tools)
  const lacking = assertGuides(tools, given)
  const bound = tools.map((handled) => {
    const { tool } = handled
    const run = bindTool(handled, given)
    const config = {
      ...Listing.described(tool),
      ...Listing.errorsOf(tool, given),
      inputSchema: listed(Listing.inputSchema(tool)),
      ...Listing.hasOutput(tool) ? { outputSchema: listed(Listing.outputSchema(tool, given.structuredErrors)) } : {}
    }
    return (server: McpServer, lists: Lists) => {
      const callback = markFolding((args: unknown, extra: unknown) =>
        settleLater(handedOver(extra) ?? run(args, requestFrom(extra, server), lists))
      )
      return [server.registerTool(tool.name, config, callback), run, callback] as const
    }
  })
  return (server) => {
    assertRecent(server)
    const lists = listsOf(server)
    assertListed(lacking, (tool) => lists(tool) !== false)
    return answerCalls(server, () => bound.map((registerOn) => registerOn(server, lists)))
  }
}

/**
 * Throws a `TypeError` for an SDK before 1.24, which reads no schema of zod 4: each of its calls would fail. Such an SDK is known
 * by what it lacks, since it does not tell its version.
 */
const assertRecent = (server: McpServer): void => {
  if ("experimental" in server || "validateToolInput" in server) return
  throw new TypeError("register needs @modelcontextprotocol/sdk 1.24 or newer (adoptServer takes 1.10)")
}

/**
 * Makes a schema that lets everything pass and lists what we say. The SDK asks a zod schema for both; a schema's own
 * `toJSONSchema` is zod's hook for the listing, and must return a fresh object each time, since zod changes it.
 */
const listed = (json: () => { [key: string]: unknown }) => {
  const schema = z.looseObject({})
  const internals = schema._zod
  const run = internals.run.bind(internals)
  internals.toJSONSchema = () => ({ ...json(), $schema: undefined }) // zod adds its own where there is none
  internals.run = (payload, context) => isRecord(payload.value) ? payload : run(payload, context) // spares zod a copy
  return schema
}
