/** What an editor offers where an option is typed. */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import type * as TypeScript from "typescript"
import { expect, it } from "vitest"

const here = import.meta.dirname
const ts = createRequire(join(here, "package.json"))("typescript") as typeof TypeScript

/** Asks the language service what may stand between the quotes at `|`. */
const offered = (code: string): ReadonlyArray<string> => {
  const file = join(here, "completions.virtual.ts")
  const source = code.replace("|", "")
  const options: TypeScript.CompilerOptions = {
    strict: true,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true
  }
  const read = (name: string): string | undefined => name === file ? source : ts.sys.readFile(name)
  const service = ts.createLanguageService({
    getCompilationSettings: () => options,
    getCurrentDirectory: () => here,
    getDefaultLibFileName: (given) => ts.getDefaultLibFilePath(given),
    getScriptFileNames: () => [file],
    getScriptVersion: () => "1",
    getScriptSnapshot: (name) => {
      const text = read(name)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    fileExists: (name) => name === file || ts.sys.fileExists(name),
    readFile: read,
    readDirectory: (...given) => ts.sys.readDirectory(...given),
    directoryExists: (folder) => ts.sys.directoryExists(folder),
    getDirectories: (folder) => ts.sys.getDirectories(folder),
    realpath: (path) => ts.sys.realpath?.(path) ?? path
  })
  try {
    return (service.getCompletionsAtPosition(file, code.indexOf("|"), {})?.entries ?? []).map(({ name }) => name)
  } finally {
    service.dispose()
  }
}

it("offers every safety of a tool, not only the default", () => {
  const made = `import * as Tool from "@errata/core/Tool"\nTool.make("t", { description: "d", safety: "|" })\n`
  expect([...offered(made)].sort()).toEqual(["idempotent", "keyed", "once", "read"])
})

it("asks the language service of a compiler that has one", () => {
  const { version } = JSON.parse(readFileSync(join(here, "node_modules/typescript/package.json"), "utf8")) as {
    readonly version: string
  }
  expect(version.startsWith("6.")).toBe(true)
})
