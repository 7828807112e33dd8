/** What no package exports, taken from `dist` by its path. */
import type * as Tool from "@errata/core/Tool"
import type * as Fold from "@errata/mcp-adapter/Fold"
import type * as Result from "effect/Result"

interface Codec {
  readonly decode: (args: unknown) => Result.Result<unknown, unknown>
}

interface CodecModule {
  readonly make: (tool: Tool.Any, format: Fold.Format) => Codec
}

/** The codec that a handler decodes its arguments with. */
export const codecs = (): Promise<CodecModule> =>
  import(new URL("../../packages/mcp-adapter/dist/call/internal/toolJob.js", import.meta.url).href) as Promise<
    CodecModule
  >
