import { McpServer } from "@modelcontextprotocol/server"
import type * as Handler from "../../../call/Handler.ts"
import type { Runtime } from "../../../call/Runtime.ts"
import { prepare } from "../../../hosts/server.ts"
import { madeAhead } from "../madeAhead.ts"
import type { Factory, ToolSet } from "./compose.ts"

/** Prepares servers of SDK 2.x: tools are bound once. The SDK loads its validator when it is first needed. */
export const makeServer = async (
  { instructions, name, title, tools, version, ...options }: ToolSet & { readonly runtime: Runtime<never> }
): Promise<Factory> => {
  const addTools = prepare(tools, options as Handler.Options)
  const info = { name, version, ...title === undefined ? {} : { title } }
  const given = instructions === undefined ? {} : { instructions }
  return madeAhead(() => {
    const server = new McpServer(info, given)
    addTools(server)
    return server
  })
}
