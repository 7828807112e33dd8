/**
 * Folds the typed errors of Effect tools into MCP results.
 *
 * The hosts have paths of their own, since each needs its SDK: `@errata/mcp-adapter/sdk` for
 * `@modelcontextprotocol/sdk` 1.x.
 *
 * @since 0.1.0
 */
export * as CallToolResult from "./CallToolResult.ts"
export * as Client from "./Client.ts"
export * as Fold from "./Fold.ts"
export * as Handler from "./Handler.ts"
export * as JsonRpcError from "./JsonRpcError.ts"
export * as Log from "./Log.ts"
export * as Meta from "./Meta.ts"
export * as Render from "./Render.ts"
export * as Runtime from "./Runtime.ts"
export * as Toolkit from "./Toolkit.ts"
export * as ToolTest from "./ToolTest.ts"
