import type * as Tool from "@errata/core/Tool"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Handler from "../../call/Handler.ts"
import type { Runtime } from "../../call/Runtime.ts"
import type { ResultLike } from "../../client/internal/model.ts"
import * as JsonRpcError from "../../fold/JsonRpcError.ts"
import * as Listing from "../../hosts/internal/listing.ts"
import type { Connection, Listed } from "./model.ts"

/** Limits how many pages of a listing are read. */
const maxPages = 1_000

/** Describes a connected client, of whatever SDK. */
export interface Client {
  /** Lists the tools, page by page. */
  readonly listTools: (params?: never) => Promise<Page>
  /** Calls a tool. */
  readonly callTool: (params: Params) => Promise<unknown>
}

interface Page {
  /** The tools of the page. */
  readonly tools: ReadonlyArray<unknown>
  /** The page that follows; none after the last. */
  readonly nextCursor?: string | undefined
}

interface Params {
  /** The tool's name. */
  name: string
  /** The arguments. */
  arguments: { [name: string]: unknown }
}

/** Walks over a client that is connected already; it stays connected. */
export const ofClient = (client: Client, close: () => Promise<void> = () => Promise.resolve()): Connection => ({
  list: async () => {
    const tools: Array<Listed> = []
    let cursor: string | undefined
    for (let page = 0; page < maxPages; page++) {
      const listed = await client.listTools(...(cursor === undefined ? [] : [{ cursor } as never]) as [never?])
      tools.push(...listed.tools as ReadonlyArray<Listed>)
      cursor = listed.nextCursor
      if (cursor === undefined) break
    }
    return tools
  },
  call: (name, args) =>
    client.callTool({ name, arguments: args as { [name: string]: unknown } }) as Promise<ResultLike>,
  close
})

/** Calls tools as a host would, in this process: listed and answered alike. */
export const ofTools = (
  tools: ReadonlyArray<Tool.Handled<unknown>>,
  options: Handler.Options & { readonly runtime?: Runtime<never> | undefined }
): Connection => {
  const handlers = new Map(tools.map((handled) => [
    handled.tool.name,
    Handler.make(handled as Tool.Handled, { logsCalls: false, ...options, beside: tools } as never)
  ]))
  return {
    list: () => Promise.resolve(tools.map(({ tool }) => listed(tool))),
    call: async (name, args) => {
      const handler = handlers.get(name)
      if (handler !== undefined) return await handler(args)
      const { code, message } = JsonRpcError.unknownTool(name, handlers.keys())
      throw new Error(`MCP error ${code}: ${message}`)
    },
    close: () => Promise.resolve()
  }
}

const listed = (tool: Tool.Any): Listed => ({
  name: tool.name,
  ...Listing.described(tool),
  inputSchema: Listing.inputSchema(tool)(),
  ...Listing.hasOutput(tool) ? { outputSchema: Listing.outputSchema(tool)() } : {}
})

/** Gives what a server answered, whether it is a result or an error of JSON-RPC: of that a model reads the message. */
export const settled = (call: () => Promise<ResultLike>, patience: Duration.Input): Promise<ResultLike> =>
  Effect.tryPromise({ try: call, catch: (failure) => ({ failure }) }).pipe(
    Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.fail({ failure: "The server does not answer" }) }),
    Effect.match({
      onSuccess: (result) => result,
      onFailure: ({ failure }: { readonly failure: unknown }) => ({
        isError: true,
        content: [{ type: "text", text: failure instanceof Error ? failure.message : String(failure) }]
      })
    }),
    Effect.runPromise
  )
