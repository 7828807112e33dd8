/** Runs what newcomers make elsewhere than in Node: the starter in Bun and Deno, the worker and the route of the recipes. */
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js"
import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { rolldown } from "rolldown"
import { callServer } from "./call.ts"
import { makeProject } from "./project.ts"

type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>

const runtimes = ["bun@1.4.5", "deno@2.9.6", "workerd@1.20261117.1"]

const workerConfig = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [(name = "worker", esModule = embed "worker.js")],
    compatibilityDate = "2026-06-01",
    compatibilityFlags = ["nodejs_compat"]
  ))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
`

const fenceOf = (text: string, title: string): string => {
  const code = new RegExp(`^\`\`\`ts title="${title}"\\n([\\s\\S]*?)^\`\`\`$`, "m").exec(text)?.[1]
  if (code === undefined) throw new Error(`The recipes lack ${title}`)
  return code
}

/** Asks for a user who is not there, and checks that the model reads why. */
const callOverHttp = async (url: URL, fetch?: Fetch): Promise<void> => {
  const client = new Client({ name: "pack-check", version: "0.0.0" })
  await client.connect(new StreamableHTTPClientTransport(url, fetch === undefined ? {} : { fetch }))
  const { content } = await client.callTool({ name: "get_user", arguments: { user_id: "7" } })
  await client.close()
  assert.match((content as ReadonlyArray<{ readonly text: string }>)[0]!.text, /^User 7 not found\.\nError: not_found/)
}

const bundle = async (folder: string): Promise<void> => {
  const build = await rolldown({
    input: join(folder, "worker.ts"),
    platform: "neutral",
    external: [/^node:/],
    resolve: { conditionNames: ["workerd", "worker", "browser", "import", "default"], mainFields: ["module", "main"] },
    logLevel: "silent"
  })
  await build.write({ file: join(folder, "worker.js"), format: "esm", codeSplitting: false })
  await build.close()
}

const callWorker = async (folder: string): Promise<void> => {
  await bundle(folder)
  await writeFile(join(folder, "worker.capnp"), workerConfig)
  const args = ["serve", "worker.capnp", "--control-fd=3"]
  const workerd = spawn(join(folder, "node_modules/.bin/workerd"), args, {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit", "pipe"]
  })
  try {
    const [line] = await once(workerd.stdio[3]!, "data") as [Buffer]
    const { port } = JSON.parse(line.toString().split("\n")[0]!) as { readonly port: number }
    await callOverHttp(new URL(`http://127.0.0.1:${port}/mcp`))
  } finally {
    workerd.kill()
  }
}

const callRoute = async (folder: string): Promise<void> => {
  const { GET, POST } = await import(pathToFileURL(join(folder, "route.ts")).href) as {
    readonly [method: string]: (request: Request) => Promise<Response>
  }
  const fetch: Fetch = (url, init) => (init?.method === "POST" ? POST! : GET!)(new Request(url, init))
  await callOverHttp(new URL("http://localhost/api/mcp"), fetch)
}

/** `starter` is the folder of the starter, with everything installed. */
export const walkThroughRuntimes = async (root: string, starter: string): Promise<void> => {
  const recipes = await readFile(join(root, "docs/guides/recipes.md"), "utf8")
  const files = { "worker.ts": fenceOf(recipes, "worker.ts"), "route.ts": fenceOf(recipes, "route.ts") }
  await makeProject(starter, files, [...runtimes, "@modelcontextprotocol/server@2.4.0", "mcp-handler@2.4.0"])
  const bin = join(starter, "node_modules/.bin")
  const call = { name: "read_note", arguments: { name: "welcome" } }
  await callServer(starter, [join(bin, "bun"), "src/server.ts"], call)
  await callServer(starter, [join(bin, "deno"), "run", "--allow-env", "--allow-read", "src/server.ts"], call)
  await callWorker(starter)
  await callRoute(starter)
  console.log(`${runtimes.join(", ")}, mcp-handler: the starter, the worker and the route answer`)
}
