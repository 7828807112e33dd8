/**
 * Folds the typed errors of Effect tools into MCP results.
 *
 * The hosts have paths of their own, since each needs its SDK: `@errata/mcp-adapter/sdk` for `@modelcontextprotocol/sdk` 1.x,
 * `@errata/mcp-adapter/server` for `@modelcontextprotocol/server` 2.x, `@errata/mcp-adapter/effect` for effect's own server. So
 * has what is for existing servers: `@errata/mcp-adapter/adopt`, `@errata/mcp-adapter/wrap`, `@errata/mcp-adapter/toHandler`.
 *
 * @since 0.1.0
 */
export * as Handler from "./call/Handler.ts"
export * as Log from "./call/Log.ts"
export * as Runtime from "./call/Runtime.ts"
export * as Toolkit from "./call/Toolkit.ts"
export * as ToolTest from "./call/ToolTest.ts"
export * as Client from "./client/Client.ts"
export * as CallToolResult from "./fold/CallToolResult.ts"
export * as Encoder from "./fold/Encoder.ts"
export * as Fold from "./fold/Fold.ts"
export * as JsonRpcError from "./fold/JsonRpcError.ts"
export * as Meta from "./fold/Meta.ts"
export * as Render from "./fold/Render.ts"
