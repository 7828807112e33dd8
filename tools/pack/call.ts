/** Starts a server over stdio and calls it as a client would. */
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js"
import assert from "node:assert/strict"

export interface Call {
  readonly name: string
  readonly arguments: Record<string, unknown>
}

export const callServer = async (cwd: string, command: ReadonlyArray<string>, call: Call): Promise<void> => {
  const [program = process.execPath, ...args] = command
  const client = new Client({ name: "pack-check", version: "0.0.0" })
  await client.connect(new StdioClientTransport({ command: program, args, cwd, stderr: "inherit" }))
  try {
    const { tools } = await client.listTools()
    const names = tools.map((tool) => tool.name)
    assert.ok(names.includes(call.name), `the server lists ${names.join(", ")}, not ${call.name}`)
    const result = await client.callTool({ ...call })
    assert.ok(!result.isError, `${call.name} answered with an error: ${JSON.stringify(result.content)}`)
    console.log(`${call.name} answered ${JSON.stringify(result.structuredContent ?? result.content)}`)
  } finally {
    await client.close()
  }
}
