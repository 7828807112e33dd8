/**
 * Compiles what users write (`test/types/consumer`) against the built declarations, by every compiler they may have: for
 * Node with all declarations checked, and for a bundler without the DOM.
 *
 * Lines that must not compile carry `@ts-expect-error`, so that types that got lost fail too. That the gate can fail is
 * proved on `test/types/known-bad/consumer`, which every compiler must refuse for both of its reasons.
 */
import assert from "node:assert/strict"
import { execFile } from "node:child_process"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { build } from "./pack/build.ts"

const root = join(import.meta.dirname, "..")
const folders = { good: join(root, "test/types/consumer"), bad: join(root, "test/types/known-bad/consumer") }

const compilers = [
  { version: "5.9", folder: join(root, "test/types/node_modules/typescript-5") },
  { version: "6.0", folder: join(root, "test/types/node_modules/typescript") },
  { version: "7.0", folder: join(root, "node_modules/typescript") }
]
type Compiler = typeof compilers[number]

const users = {
  nodenext: [],
  bundler: "--module esnext --moduleResolution bundler --lib es2022 --skipLibCheck".split(" ")
}
type User = keyof typeof users

interface Check {
  readonly compiler: Compiler
  readonly user: User
  readonly folder: keyof typeof folders
}

const compile = ({ compiler, folder, user }: Check): Promise<string> => {
  const args = [join(compiler.folder, "bin/tsc"), "-p", folders[folder], "--pretty", "false", ...users[user]]
  return new Promise((resolve, reject) =>
    execFile(process.execPath, args, { cwd: root, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== "number") reject(error)
      else if (error !== null && stdout === "") reject(new Error(`tsc exited with ${error.code}:\n${stderr}`))
      else resolve(stdout)
    })
  )
}

const check = async (it: Check): Promise<void> => {
  const start = performance.now()
  const errors = await compile(it)
  const name = `TypeScript ${it.compiler.version}, ${it.user}`
  if (it.folder === "good") assert.equal(errors, "", `${name}:\n${errors}`)
  else {for (const code of ["TS2345", "TS2578"]) {
      assert.ok(errors.includes(code), `${name} overlooks ${code}:\n${errors}`)
    }}
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${it.folder === "good" ? "compiles" : "refuses the known-bad"}: ${name} (${seconds} s)`)
}

for (const { folder, version } of compilers) {
  const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as { readonly version: string }
  assert.ok(manifest.version.startsWith(`${version}.`), `${folder} is TypeScript ${manifest.version}, not ${version}`)
}
await build(root, { isFresh: false })

const waiting: Array<Check> = compilers.flatMap((compiler) => [
  { compiler, user: "nodenext", folder: "good" },
  { compiler, user: "bundler", folder: "good" },
  { compiler, user: "bundler", folder: "bad" }
])
const worker = async (): Promise<void> => {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await check(next)
}
await Promise.all([worker(), worker()])
