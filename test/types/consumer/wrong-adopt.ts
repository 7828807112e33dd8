/** What must not compile around whole servers: every line below such a comment is an error, or the comment is one. */
import { adoptServer, prepare } from "@errata/mcp-adapter/adopt"
import { Client as Client1 } from "@modelcontextprotocol/sdk/client/index.js"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"

const server = new McpServer1({ name: "shop", version: "1.0.0" })

// @ts-expect-error
adoptServer(new Client1({ name: "shop", version: "1.0.0" }))
// @ts-expect-error
adoptServer({})
// @ts-expect-error
adoptServer(() => server)
// @ts-expect-error
prepare({})(undefined)
// @ts-expect-error
adoptServer(server, { mode: "loud" })
// @ts-expect-error
adoptServer(server, { safety: "sometimes" })
// @ts-expect-error
adoptServer(server, { name: "order" })
// @ts-expect-error
adoptServer(server, { expose: [1] })
// @ts-expect-error
adoptServer(server, { tools: { order: { mode: "shadow" } } })
// @ts-expect-error
adoptServer(server, { tools: { order: { name: "order" } } })
// @ts-expect-error
adoptServer(server, { tools: ["order"] })
// @ts-expect-error
String(adoptServer(server).wrapped[0].name)
// @ts-expect-error
adoptServer(server, { classify: () => new Error("not classified") })
