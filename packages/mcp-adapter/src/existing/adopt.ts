/**
 * Brings the fold to a whole server that exists: every tool, resource and prompt, in one line.
 *
 * {@link adoptServer} takes an `McpServer` of either official SDK, or a low-level `Server`, before or after things are
 * registered. Handlers and schemas stay as they are; `tools/list` says what it said. What changes is what goes out when
 * something fails:
 *
 * | what fails | before | after |
 * |---|---|---|
 * | a tool's handler throws or rejects | the raw message | the author's own words with a type and a reference; what a driver says is classified or masked |
 * | a tool returns its failure in its own words | as it is | the same without secrets, with a type and a reference |
 * | arguments do not fit the schema | the SDK's text | every issue, with what was expected, as a problem |
 * | a schema throws | the raw message | masked |
 * | a result does not fit the output schema, or is no result | the SDK's text | masked: it is the server's fault |
 * | there is no such tool | a result (1.x), or a bare error (2.x) | the same kind of reply, with the names that are near |
 * | a resource, a prompt, a completion or a method of your own throws | the raw message as -32603 | a JSON-RPC error with the problem, or masked |
 *
 * A thrown value is looked at in the order that `wrap` describes. Whether a call is safe to repeat is read from the tool's
 * annotations, `readOnlyHint` and `idempotentHint`, of a low-level server from its listing; of a tool without them, or a method
 * of your own, no reply says to call again. What succeeds goes on as it is.
 *
 * **Details**
 *
 * | option | default | meaning |
 * |---|---|---|
 * | `mode` | `"enforce"` | `"shadow"` changes nothing and tells what would change |
 * | `comparison` | none: the log | collects what shadow mode sees; see `Comparison` |
 * | `tools` | none | options of single tools, by name |
 *
 * and the options of `wrap`. The SDKs have no public way to what is registered. {@link adoptServer} looks for each private
 * part before it uses it; what is not where it was is left as it is: the report says so and what to do, and a warning on stderr
 * too, once. SDKs from 1.10 on that have other parts are served as far as they have them: the functions that were registered are
 * wrapped one by one.
 *
 * **Gotchas**
 *
 * A low-level `Server` checks its arguments itself, if at all: how it refuses them is `classify`'s to know.
 *
 * A result that the SDK refuses has two lines in the log: the handler succeeded, and the call was masked.
 *
 * **Example** (Adopting a server)
 *
 * ```ts import.meta.vitest
 * import { adoptServer } from "@errata/mcp-adapter/adopt"
 * import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
 * import * as z from "zod"
 *
 * class OutOfStock extends Error {}
 *
 * const server = new McpServer({ name: "shop", version: "1.0.0" })
 * server.registerTool("order", { inputSchema: { item: z.string() } }, async ({ item }) => {
 *   throw new OutOfStock(`No ${item} left`)
 * })
 *
 * const report = adoptServer(server, { expose: [OutOfStock] })
 * report.wrapped // => [{ kind: "tool", name: "order" }]
 * report.schemas // => ["order"]
 * report.unreachable // => []
 * ```
 *
 * @since 0.1.0
 */
import * as Adoption from "./internal/adopt/adoption.ts"
import type { Options } from "./internal/adopt/options.ts"
import type { Reach } from "./internal/adopt/reach.ts"
import { adoptWith } from "./internal/adopt/server.ts"
import { warnOf } from "./internal/adopt/warning.ts"
import { originHere } from "./internal/own.ts"

export type {
  /**
   * Says how a server is adopted. Every option has a default.
   *
   * @category models
   * @since 0.1.0
   */
  Options
} from "./internal/adopt/options.ts"

export type {
  /**
   * Lists what was reached. What is registered later is wrapped as well.
   *
   * @category models
   * @since 0.1.0
   */
  Reach,
  /**
   * Names something that stays as it was, and why.
   *
   * @category models
   * @since 0.1.0
   */
  Unreachable,
  /**
   * Names something whose failures are folded. Of a low-level server only its methods are known.
   *
   * @category models
   * @since 0.1.0
   */
  Wrapped
} from "./internal/adopt/reach.ts"

/**
 * Describes a server of either official SDK: an `McpServer`, or the low-level `Server`.
 *
 * @category models
 * @since 0.1.0
 */
export type Adoptable = {
  /** The low-level server inside an `McpServer`. */
  readonly server: LowLevelServer
} | LowLevelServer

interface LowLevelServer {
  readonly connect: (transport: never) => Promise<void>
  readonly getClientCapabilities: () => unknown
}

/**
 * Folds the failures of a server that exists. Never throws: what it cannot reach it reports.
 *
 * @category adopting
 * @since 0.1.0
 */
export const adoptServer = (server: Adoptable, options: Options = {}): Reach => adopter(options, server)(server)

/**
 * Prepares for the adoption of many servers: the factory of `createMcpHandler` makes one for every request.
 *
 * **Example** (Adopting the server of every request)
 *
 * ```ts import.meta.vitest
 * import * as Adopt from "@errata/mcp-adapter/adopt"
 * import { createMcpHandler, McpServer } from "@modelcontextprotocol/server"
 *
 * const adopt = Adopt.prepare({ service: "The shop" })
 * const handler = createMcpHandler(() => {
 *   const server = new McpServer({ name: "shop", version: "1.0.0" })
 *   adopt(server)
 *   return server
 * })
 * typeof handler.fetch // => "function"
 * ```
 *
 * @category adopting
 * @since 0.1.0
 */
export const prepare = (options: Options = {}): (server: Adoptable) => Reach => adopter(options)

/** A server that is adopted alone stands for its connection. */
const adopter = (options: Options, connection?: object): (server: Adoptable) => Reach => {
  const adoption = Adoption.make(options, originHere(), connection)
  return (server) => {
    const reach = adoptWith(adoption, server)
    warnOf(reach, adoption.redactor)
    return reach
  }
}
