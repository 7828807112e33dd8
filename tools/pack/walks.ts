/** What a newcomer does with the libraries, each in an empty project. */
import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { fences } from "../fences.ts"
import { readFirstExample } from "../first-example.ts"
import { run } from "../run.ts"
import { callServer } from "./call.ts"
import { makeProject } from "./project.ts"
import { readInstallation } from "./readme.ts"

export interface Walk {
  /** The root of the repository. */
  readonly root: string
  /** An empty folder for projects. */
  readonly folder: string
  readonly tarballs: ReadonlyArray<string>
  /** The folders of the compilers that a newcomer may have. */
  readonly compilers: ReadonlyArray<string>
}

/** The versions that peer ranges promise: what is in the lockfile, and the oldest. */
export interface Peers {
  readonly name: string
  readonly sdk: string
  readonly zod: string
}

const firstFences = async (root: string, guide: string, count: number): Promise<ReadonlyArray<string>> =>
  fences(await readFile(join(root, guide), "utf8"), guide).slice(0, count).map(({ code }) => code)

const versionOf = async (root: string, name: string): Promise<string> => {
  const manifest = await readFile(join(root, "packages/mcp-adapter/node_modules", name, "package.json"), "utf8")
  return (JSON.parse(manifest) as { readonly version: string }).version
}

export const newest = async (root: string): Promise<Peers> => ({
  name: "newest",
  sdk: await versionOf(root, "@modelcontextprotocol/sdk"),
  zod: await versionOf(root, "zod")
})

export const oldest: Peers = { name: "oldest", sdk: "1.24.0", zod: "3.25.59" }

const packagesOf = async ({ root, tarballs }: Walk, peers: Peers): Promise<ReadonlyArray<string>> => [
  ...tarballs,
  `effect@${await versionOf(root, "effect")}`,
  `@modelcontextprotocol/sdk@${peers.sdk}`,
  `zod@${peers.zod}`,
  "@types/node@24"
]

/** Walks through the first tool of the README, promises in a server that exists, and a typed client. */
export const walkThroughDocuments = async (walk: Walk, peers: Peers): Promise<void> => {
  const { root } = walk
  const { call, code } = await readFirstExample(new URL("../../README.md", import.meta.url))
  const [adopted, wrapped] = await firstFences(root, "docs/guides/adopt.md", 2)
  const [client] = await firstFences(root, "docs/guides/client.md", 1)
  const programs = { "adopted.ts": adopted!, "wrapped.ts": wrapped!, "client.ts": client! }
  const files = { "server.ts": code, ...programs }
  const project = await makeProject(join(walk.folder, peers.name), files, await packagesOf(walk, peers))
  for (const compiler of walk.compilers) project.compile(compiler, ...Object.keys(files))
  for (const file of Object.keys(programs)) project.run(process.execPath, file)
  await callServer(project.folder, [process.execPath, "server.ts"], call)
}

/**
 * Walks through what the README says, word for word, in an empty folder: with its shell lines, its tsconfig.json, its first tool.
 */
export const walkThroughReadme = async ({ folder, root, tarballs }: Walk): Promise<void> => {
  const project = join(folder, "readme")
  const readme = pathToFileURL(join(root, "README.md"))
  const [{ call, code }, { lines, tsconfig }] = [
    await readFirstExample(readme),
    await readInstallation(readme, tarballs)
  ]
  await mkdir(project)
  await writeFile(join(project, "server.ts"), code)
  await writeFile(join(project, "tsconfig.json"), tsconfig)
  for (const line of lines.slice(0, -1)) run(project, "sh", "-c", line)
  await callServer(project, ["sh", "-c", lines.at(-1)!], call)
  await callServer(project, [process.execPath, "dist/server.js"], call)
}

/** Walks through the folder that a reader copies: tested, compiled, built, and run by the oldest Node that serves it. */
export const walkThroughStarter = async (walk: Walk, { name, sdk, zod }: Peers): Promise<void> => {
  const folder = join(walk.folder, name === "newest" ? "starter" : `starter-${name}`)
  await cp(join(walk.root, "packages/examples/src/starter"), folder, { recursive: true })
  const effect = await versionOf(walk.root, "effect")
  const peers = [`effect@${effect}`, `@modelcontextprotocol/sdk@${sdk}`, `zod@${zod}`, "@types/node@24", "node@20"]
  const project = await makeProject(folder, {}, [...walk.tarballs, ...peers])
  project.run(process.execPath, "--test", "test/tools.test.ts")
  for (const compiler of walk.compilers) {
    project.run(process.execPath, join(compiler, "bin/tsc"))
    project.run(process.execPath, join(compiler, "bin/tsc"), "-p", "tsconfig.build.json")
  }
  const call = { name: "read_note", arguments: { name: "welcome" } }
  await callServer(folder, [process.execPath, "src/server.ts"], call)
  const node20 = join(folder, "node_modules/node/bin/node")
  project.run(node20, "--eval", "require('node:assert').match(process.version, /^v20\\./)")
  await callServer(folder, [node20, "dist/server.js"], call)
}

const bare = (walk: Walk, name: string): Promise<string> =>
  readFile(join(walk.root, "tools/fixtures/pack", name), "utf8")

/**
 * Walks through adopting and wrapping without effect or zod, and calling a dependency; every declaration is checked. What an SDK
 * itself needs npm installs.
 */
export const walkThroughBare = async (walk: Walk): Promise<void> => {
  const sdks = {
    "bare-1.ts": [`@modelcontextprotocol/sdk@${await versionOf(walk.root, "@modelcontextprotocol/sdk")}`],
    "bare-2.ts": ["server", "client"].map((name) => `@modelcontextprotocol/${name}@2.4.0`)
  }
  for (const [file, sdk] of Object.entries(sdks)) {
    const files = { [file]: await bare(walk, file), "bare-body.ts": await bare(walk, "bare-body.ts") }
    const packages = [...walk.tarballs, ...sdk, "@types/node@24"]
    const folder = join(walk.folder, file)
    const project = await makeProject(folder, files, packages, { checksLibraries: true })
    assert.ok(!(await readdir(join(folder, "node_modules"))).includes("effect"), "effect was installed")
    for (const compiler of walk.compilers) project.compile(compiler, file)
    project.run(process.execPath, file)
  }
  await tryBare(walk, join(walk.folder, "bare-1.ts"))
}

/** Tries a server that knows nothing of us: it keeps its reply, and what it says to models is told when it ends. */
const tryBare = async (walk: Walk, folder: string): Promise<void> => {
  await writeFile(join(folder, "tried.mjs"), await bare(walk, "tried.mjs"))
  const args = ["--import", "@errata/mcp-adapter/try", "tried.mjs"]
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" })
  assert.equal(status, 0, stderr)
  assert.match(stderr, /^errata try: 1 failure of 1 kind/m)
}

/** Adopting an SDK far older than any that tools can be registered on. */
export const walkThroughAdoption = async (walk: Walk): Promise<void> => {
  const program = await readFile(join(walk.root, "tools/fixtures/pack/adopt-1.10.mjs"), "utf8")
  const peers = { name: "adoption", sdk: "1.10.0", zod: "3.25.59" }
  const project = await makeProject(
    join(walk.folder, peers.name),
    { "adopt.mjs": program },
    await packagesOf(walk, peers)
  )
  project.run(process.execPath, "adopt.mjs")
}
