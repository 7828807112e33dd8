/**
 * Makes one failing call twice: to a server on the plain SDK, and to the same server with one line more.
 */
import { adoptServer } from "@errata/mcp-adapter/adopt"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import { once } from "node:events"
import { type AddressInfo, connect, createServer } from "node:net"
import * as z from "zod"

/** Makes a server as many are: its handler asks a database, and throws what the driver throws. */
const makeServer = (port: number): McpServer => {
  const server = new McpServer({ name: "shop", version: "1.0.0" })
  server.registerTool(
    "get_order",
    { inputSchema: { id: z.string() }, annotations: { readOnlyHint: true } },
    async () => {
      const socket = connect(port, "127.0.0.1")
      try {
        await once(socket, "connect")
      } catch (error) {
        const { code, syscall } = error as NodeJS.ErrnoException
        const message = `connect ${code} postgres://shop:hunter2@127.0.0.1:${port}` // some drivers do
        throw Object.assign(new Error(message), { code, syscall })
      }
      return { content: [] }
    }
  )
  return server
}

const ask = async (server: McpServer): Promise<string> => {
  const [serverSide, clientSide] = InMemoryTransport.createLinkedPair()
  const client = new Client({ name: "errata-demo", version: "0.1.0" })
  await server.connect(serverSide)
  await client.connect(clientSide)
  const { content } = await client.callTool({ name: "get_order", arguments: { id: "7" } })
  await client.close()
  return (content as ReadonlyArray<{ readonly text: string }>)[0]?.text ?? ""
}

/** Returns a port where no server listens any more. */
const closedPort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, "close")
  return port
}

/** Returns what a model reads before and after. */
export const beforeAndAfter = async (): Promise<{ readonly before: string; readonly after: string }> => {
  const port = await closedPort()
  const adopted = makeServer(port)
  adoptServer(adopted, { service: "The shop", logsCalls: false })
  return { before: await ask(makeServer(port)), after: await ask(adopted) }
}
