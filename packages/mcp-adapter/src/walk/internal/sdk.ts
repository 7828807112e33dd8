/**
 * Reaches servers, and checks schemas, with what an official SDK brings. This file alone loads one, when it is needed.
 */
import { ofClient } from "./connect.ts"
import type { Connection, Validator } from "./model.ts"

const info = { name: "errata-walk", version: "0.1.0" }

/** Starts a server and speaks to it over stdio. */
export const ofCommand = async (command: string, args: ReadonlyArray<string>, options: {
  readonly env?: { readonly [name: string]: string } | undefined
  readonly cwd?: string | undefined
}): Promise<Connection> => {
  const [{ Client }, { getDefaultEnvironment, StdioClientTransport }] = await Promise.all([
    import("@modelcontextprotocol/sdk/client/index.js"),
    import("@modelcontextprotocol/sdk/client/stdio.js")
  ])
  const client = new Client(info)
  await client.connect(
    new StdioClientTransport({
      command,
      args: [...args],
      env: { ...getDefaultEnvironment(), ...options.env },
      stderr: "ignore",
      ...options.cwd === undefined ? {} : { cwd: options.cwd }
    })
  )
  return ofClient(client, () => client.close())
}

/** Speaks to a server over Streamable HTTP. */
export const ofUrl = async (
  url: string | URL,
  headers: { readonly [name: string]: string } = {}
): Promise<Connection> => {
  const [{ Client }, { StreamableHTTPClientTransport }] = await Promise.all([
    import("@modelcontextprotocol/sdk/client/index.js"),
    import("@modelcontextprotocol/sdk/client/streamableHttp.js")
  ])
  const client = new Client(info)
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } })
  await client.connect(transport as never) // its types are not exact about what is optional
  return ofClient(client, () => client.close())
}

interface Ajv {
  getValidator(schema: never): (value: unknown) => {
    readonly valid: boolean
    readonly errorMessage?: string | undefined
  }
}

/** Takes ajv from the SDK that is installed: both generations bring it. */
export const ajv = async (): Promise<Validator> => {
  const provider = await load()
  const known = new WeakMap<object, ReturnType<Validator>>()
  return (schema) => {
    const validate = known.get(schema) ?? compile(provider, schema)
    known.set(schema, validate)
    return validate
  }
}

const compile = (provider: Ajv, schema: { readonly [name: string]: unknown }): ReturnType<Validator> => {
  const validate = provider.getValidator(schema as never)
  return (value) => {
    const { errorMessage, valid } = validate(value)
    return valid ? undefined : errorMessage ?? "it does not fit"
  }
}

const load = async (): Promise<Ajv> => {
  try {
    const { AjvJsonSchemaValidator } = await import("@modelcontextprotocol/sdk/validation/ajv")
    return new AjvJsonSchemaValidator() as Ajv
  } catch {
    const { AjvJsonSchemaValidator } = await import("@modelcontextprotocol/server/validators/ajv")
    return new AjvJsonSchemaValidator() as Ajv
  }
}
