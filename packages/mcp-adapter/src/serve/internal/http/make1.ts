import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import type { jsonSchemaValidator as Validator } from "@modelcontextprotocol/sdk/validation/types.js"
import type * as Handler from "../../../call/Handler.ts"
import type { Runtime } from "../../../call/Runtime.ts"
import { prepare } from "../../../hosts/sdk.ts"
import { madeAhead } from "../madeAhead.ts"
import type { Factory, ToolSet } from "./compose.ts"

/** Prepares servers of SDK 1.x: tools are bound once, and one validator is shared, which is loaded when it is first needed. */
export const makeServer = async (
  { instructions, name, title, tools, version, ...options }: ToolSet & { readonly runtime: Runtime<never> }
): Promise<Factory> => {
  const { AjvJsonSchemaValidator } = await import("@modelcontextprotocol/sdk/validation/ajv")
  let made: Validator | undefined
  const jsonSchemaValidator: Validator = {
    getValidator: (schema) => (made ??= new AjvJsonSchemaValidator()).getValidator(schema)
  }
  const addTools = prepare(tools, options as Handler.Options)
  const info = { name, version, ...title === undefined ? {} : { title } }
  const given = { jsonSchemaValidator, ...instructions === undefined ? {} : { instructions } }
  return madeAhead(() => {
    const server = new McpServer(info, given)
    addTools(server)
    return server
  })
}
