/**
 * Checks what will be published: packs both libraries, lints the tarballs, installs them with npm into an empty project,
 * and there compiles, starts and calls the first server of the README, and compiles and runs the first programs of the guide
 * to adoption.
 */
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js"
import assert from "node:assert/strict"
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { fences } from "./fences.ts"
import { type FirstExample, readFirstExample } from "./first-example.ts"
import { run } from "./run.ts"

const root = fileURLToPath(new URL("..", import.meta.url))
const packages = join(root, "packages")
const libraries = ["core", "mcp-adapter"]
const attwOptions = "--profile esm-only --format table-flipped --no-emoji --no-color".split(" ")
const consumerOptions = [
  ..."--strict --exactOptionalPropertyTypes --skipLibCheck --noEmit".split(" "),
  ..."--module nodenext --target es2023 --types node".split(" ")
]
const compilers = [join(root, "node_modules/typescript"), join(root, "test/types/node_modules/typescript-5")]

type Programs = ReadonlyArray<readonly [file: string, code: string]>

const pack = async (name: string, destination: string): Promise<string> => {
  const folder = await mkdtemp(join(destination, name))
  run(join(packages, name), "npx", "-y", "pnpm@12", "pack", "--pack-destination", folder)
  const [tarball, ...others] = await readdir(folder)
  assert.ok(tarball !== undefined && others.length === 0, `pnpm pack made ${[tarball, ...others].join(", ")}`)
  return join(folder, tarball)
}

const lint = (tarball: string): void => {
  run(root, "publint", "--strict", tarball)
  run(root, "attw", ...attwOptions, tarball, "--exclude-entrypoints", "package.json")
}

const pinned = async (name: string): Promise<string> => {
  const manifest = await readFile(join(packages, "mcp-adapter/node_modules", name, "package.json"), "utf8")
  return `${name}@${JSON.parse(manifest).version}`
}

/** The programs of a guide that a reader tries first: a whole server adopted, and a handler wrapped. */
const readPrograms = async (guide: string): Promise<Programs> =>
  fences(await readFile(join(root, guide), "utf8"), guide).slice(0, 2)
    .map(({ code }, i) => [`adopt-${i + 1}.ts`, code] as const)

const install = async (project: string, tarballs: ReadonlyArray<string>, files: Programs): Promise<void> => {
  await writeFile(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }))
  for (const [file, code] of files) await writeFile(join(project, file), code)
  const peers = await Promise.all(["effect", "@modelcontextprotocol/sdk", "zod"].map(pinned))
  run(project, "npm", "install", "--no-audit", "--no-fund", ...tarballs, ...peers, "@types/node@24")
}

const call = async (project: string, { call }: FirstExample): Promise<void> => {
  const client = new Client({ name: "pack-check", version: "0.0.0" })
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: ["server.ts"], cwd: project, stderr: "inherit" })
  )
  try {
    const { tools } = await client.listTools()
    const names = tools.map((tool) => tool.name)
    assert.ok(names.includes(call.name), `the server lists ${names.join(", ")}, not ${call.name}`)
    const result = await client.callTool(call)
    assert.ok(!result.isError, `${call.name} answered with an error: ${JSON.stringify(result.content)}`)
    console.log(`${call.name} answered ${JSON.stringify(result.structuredContent ?? result.content)}`)
  } finally {
    await client.close()
  }
}

const project = await mkdtemp(join(tmpdir(), "errata-pack-"))
try {
  const example = await readFirstExample(new URL("../README.md", import.meta.url))
  await Promise.all(libraries.map((name) => rm(join(packages, name, "dist"), { recursive: true, force: true })))
  run(root, "tsc", "-b", "--force", ...libraries.map((name) => join(packages, name)))
  const tarballs: Array<string> = []
  for (const name of libraries) {
    const tarball = await pack(name, project)
    lint(tarball)
    tarballs.push(tarball)
  }
  const programs = await readPrograms("docs/guides/adopt.md")
  const files = [["server.ts", example.code] as const, ...programs]
  await install(project, tarballs, files)
  for (const compiler of compilers) {
    const names = files.map(([file]) => file)
    run(project, process.execPath, join(compiler, "bin/tsc"), ...consumerOptions, ...names)
  }
  await call(project, example)
  for (const [file] of programs) run(project, process.execPath, file)
} finally {
  await rm(project, { recursive: true, force: true })
}
