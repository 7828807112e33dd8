/**
 * What examples are deployed with says what is true of them, in the form that its readers want.
 */
import { v0_3 } from "@anthropic-ai/mcpb/browser"
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"
import * as Folder from "../wire/Folder.ts"
import * as StdioServer from "../wire/StdioServer.ts"

const root = new URL("../../", import.meta.url)
const deploy = new URL("packages/examples/deploy/", root)
const read = (path: string): string => readFileSync(new URL(path, deploy), "utf8")
const json = (path: string) => JSON.parse(read(path)) as { readonly [name: string]: never }
const version =
  (JSON.parse(readFileSync(new URL("packages/examples/package.json", root), "utf8")) as { version: string })
    .version

const examples = ["weather", "files"] as const

describe.each(examples)("the bundle of %s", (name) => {
  const manifest = v0_3.McpbManifestSchema.parse(json(`${name}/manifest.json`))

  it("starts what is there, and can be served", async () => {
    assert.strictEqual(manifest.version, version)
    assert.isTrue(existsSync(new URL(manifest.server.entry_point, root)))
    const { args = [], env = {} } = manifest.server.mcp_config!
    const folder = Folder.make()
    const given = { root: folder.path, api_url: "", api_key: "" }
    const fill = (text: string) =>
      text.replace("${__dirname}", fileURLToPath(root).replace(/\/$/, "")).replace(
        /\$\{user_config\.(\w+)\}/,
        (_, name: keyof typeof given) => given[name]
      )
    const [entry, ...rest] = args.map(fill)
    const server = await StdioServer.start({
      entry: new URL(`file://${entry!}`),
      args: rest,
      env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fill(value)]))
    })
    const tools = (await server.request("tools/list")).result?.["tools"] as ReadonlyArray<unknown>
    assert.isNotEmpty(tools)
    await server.stop()
    folder.remove()
  })

  it("asks for each setting that it uses, and uses each that it asks for", () => {
    const used = [...JSON.stringify(manifest.server).matchAll(/user_config\.(\w+)/g)].map(([, name]) => name!)
    assert.sameMembers(used, Object.keys(manifest.user_config ?? {}))
  })
})

describe.each(examples)("what a registry reads of %s", (name) => {
  const server = json(`${name}/server.json`) as unknown as {
    readonly name: string
    readonly title: string
    readonly description: string
    readonly version: string
    readonly packages: ReadonlyArray<{
      readonly registryType: string
      readonly identifier: string
      readonly transport: { readonly type: string }
      readonly environmentVariables?: ReadonlyArray<{ readonly name: string; readonly isSecret?: boolean }>
      readonly packageArguments?: ReadonlyArray<{ readonly type: string; readonly name: string }>
    }>
  }

  it("keeps the rules of registries", () => {
    assert.match(server.name, /^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/)
    assert.isAtMost(server.description.length, 100)
    assert.isAtMost(server.title.length, 100)
    assert.strictEqual(server.version, version)
    for (const { identifier, registryType, transport } of server.packages) {
      assert.strictEqual(registryType, "oci")
      assert.isTrue(identifier.endsWith(`:${version}`))
      assert.strictEqual(transport.type, "stdio")
    }
  })

  it("names variables and arguments that the server knows, and hides what is secret", () => {
    const source = ["main.ts", "settings.ts"].map((file) =>
      readFileSync(new URL(`packages/examples/src/${name}/${file}`, root), "utf8")
    ).join("\n")
    for (const { environmentVariables = [], packageArguments = [] } of server.packages) {
      for (const variable of environmentVariables) {
        assert.include(source, variable.name)
        assert.strictEqual(variable.isSecret === true, /KEY|TOKEN|SECRET/.test(variable.name))
      }
      for (const argument of packageArguments) assert.include(source, `${argument.name.replace("--", "")}:`)
    }
  })
})

describe("the container file and the unit", () => {
  it("start what is there", () => {
    for (const file of ["Containerfile", "errata-weather.service"]) {
      const entries = [...read(file).matchAll(/packages\/examples\/src\/\S+?\.ts/g)].map(([path]) => path)
      assert.isNotEmpty(entries)
      for (const entry of entries) assert.isTrue(existsSync(new URL(entry, root)), entry)
    }
  })

  it("know the exit codes", () => {
    const unit = read("errata-weather.service")
    assert.match(unit, /^RestartPreventExitStatus=78$/m)
    assert.match(unit, /^Restart=on-failure$/m)
    assert.match(unit, /^KillSignal=SIGTERM$/m)
  })
})
