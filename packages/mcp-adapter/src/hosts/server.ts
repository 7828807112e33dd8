/**
 * Serves tools on an existing `McpServer` of `@modelcontextprotocol/server` 2.x, in both protocol eras.
 *
 * **Details**
 *
 * Schemas are listed as `JsonSchema` writes them. Arguments reach the tool as they came, `null` and what is no object
 * included, so that decoding and its issues are ours. An unknown tool is answered with the names that may have been meant. Inside the factory of `createMcpHandler`, which runs for every request, registering is cheap: schemas
 * are written once for each tool, when they are first listed, if the handlers are made outside with {@link prepare}.
 *
 * @since 0.1.0
 */
import type * as Tool from "@errata/core/Tool"
import type { McpServer, RegisteredTool, StandardSchemaWithJSON } from "@modelcontextprotocol/server"
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
import { answerCalls, listsOf } from "./internal/calls.ts"
import { checkWhileDebugging } from "./internal/checking.ts"
import * as Listing from "./internal/listing.ts"
import type { Prepare, Prepared, Register } from "./internal/register.ts"
import { assertVerifiers } from "./internal/verifiers.ts"

export type { Prepare, Prepared, Register } from "./internal/register.ts"

/**
 * Registers tools on a server. A service that the runtime does not bring does not compile.
 *
 * **Example** (Adding a tool to a server)
 *
 * ```ts import.meta.vitest
 * import * as Tool from "@errata/core/Tool"
 * import { register } from "@errata/mcp-adapter/server"
 * import { McpServer } from "@modelcontextprotocol/server"
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
): ReadonlyArray<RegisteredTool> => prepare(tools as ReadonlyArray<Tool.Handled>, options)(server)

/**
 * Binds tools once, for many servers: the factory of `createMcpHandler` makes one for every request.
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
      inputSchema: carry(Listing.inputSchema(tool)),
      ...Listing.hasOutput(tool) ? { outputSchema: carry(Listing.outputSchema(tool, given.structuredErrors)) } : {}
    }
    return (server: McpServer, lists: Lists) => {
      const callback = markFolding((args: unknown, context: unknown) =>
        settleLater(run(args, requestFrom(context, server), lists))
      )
      return [server.registerTool(tool.name, config, callback), run] as const
    }
  })
  return (server) => {
    const lists = listsOf(server)
    assertListed(lacking, (tool) => lists(tool) !== false)
    return answerCalls(server, () => bound.map((registerOn) => registerOn(server, lists)))
  }
}

/** Makes a Standard Schema that lets everything pass and lists what we say. */
const carry = (json: () => { [key: string]: unknown }): StandardSchemaWithJSON => ({
  "~standard": {
    version: 1,
    vendor: "errata",
    validate: (value: unknown) => ({ value }),
    jsonSchema: { input: json, output: json }
  }
})
