import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js"
import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"

const root = fileURLToPath(new URL("../../", import.meta.url))
const starter = `${root}packages/examples/src/starter`
const recipes = readFileSync(`${root}docs/guides/recipes.md`, "utf8")
const fence = (title: string): string =>
  new RegExp(`^\`\`\`\\w+ title="${title}"\\n([\\s\\S]*?)^\`\`\`$`, "m").exec(recipes)?.[1] ?? `no ${title}`

interface Settings {
  readonly [servers: string]: {
    readonly "my-mcp-server": { readonly command: string; readonly args: ReadonlyArray<string> }
  }
}

const nameOf = async (command: string, args: ReadonlyArray<string>): Promise<string | undefined> => {
  const client = new Client({ name: "recipes", version: "1.0.0" })
  await client.connect(new StdioClientTransport({ command, args: [...args], stderr: "ignore" }))
  const { tools } = await client.listTools()
  await client.close()
  return tools[0]?.name
}

describe("the settings of clients", () => {
  it.each(["claude_desktop_config.json", "vscode.mcp.json", "cursor.mcp.json"])(
    "%s starts the server",
    async (file) => {
      const text = fence(file)
      expect(readFileSync(`${starter}/clients/${file}`, "utf8")).toBe(text)
      const [servers] = Object.values(JSON.parse(text) as Settings)
      const { args, command } = servers!["my-mcp-server"]
      expect(command).toBe("node")
      const here = args.map((arg) =>
        arg.replace(/^(\/absolute\/path\/to\/my-mcp-server|\$\{workspaceFolder\})/, starter)
      )
      expect(await nameOf(process.execPath, here)).toBe("read_note")
    }
  )
})

describe("a server of the starter ends", () => {
  const start = async () => {
    const child = spawn(process.execPath, [`${starter}/src/server.ts`], { stdio: ["pipe", "pipe", "ignore"] })
    const clientInfo = { name: "recipes", version: "1.0.0" }
    const params = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo }
    child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params })}\n`)
    await once(child.stdout, "data")
    return child
  }

  it.each(["SIGTERM", "SIGINT"] as const)("on %s", async (signal) => {
    const child = await start()
    child.kill(signal)
    expect(await once(child, "exit")).toEqual([0, null])
  })

  it("when its input is closed", async () => {
    const child = await start()
    child.stdin.end()
    expect(await once(child, "exit")).toEqual([0, null])
  })
})

it("the Inspector sends a text for what is quoted as JSON", async () => {
  const inspector = `${root}test/node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js`
  const command = /--method tools\/call --tool-name (\w+) --tool-arg '(.*)'/.exec(recipes)!
  const args = ["--method", "tools/call", "--tool-name", command[1]!, "--tool-arg", command[2]!]
  const { promise, resolve } = Promise.withResolvers<string>()
  execFile(
    process.execPath,
    [inspector, "--cli", process.execPath, `${starter}/src/server.ts`, ...args],
    (_, stdout) => resolve(stdout)
  )
  const { content } = JSON.parse(await promise) as { readonly content: ReadonlyArray<{ readonly text: string }> }
  expect(content[0]!.text).toMatch(/^Note 7 not found\./)
})
