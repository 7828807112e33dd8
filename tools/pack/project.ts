/** An empty project of a newcomer: what is installed in it with npm, compiled and run. */
import { mkdir, readdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { run } from "../run.ts"

export interface Project {
  readonly folder: string
  /** Compiles files with a TypeScript of ours, as strictly as a careful newcomer would. */
  readonly compile: (typescript: string, ...files: ReadonlyArray<string>) => void
  /** Runs a command of the project. */
  readonly run: (command: string, ...args: ReadonlyArray<string>) => void
}

const strict = [
  ..."--strict --exactOptionalPropertyTypes --noEmit --allowImportingTsExtensions".split(" "),
  ..."--module nodenext --target es2023 --types node".split(" ")
]

export const makeProject = async (
  folder: string,
  files: Readonly<Record<string, string>>,
  packages: ReadonlyArray<string>,
  { checksLibraries = false }: { readonly checksLibraries?: boolean } = {}
): Promise<Project> => {
  await mkdir(folder, { recursive: true })
  if (!(await readdir(folder)).includes("package.json")) {
    await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }))
  }
  for (const [name, code] of Object.entries(files)) await writeFile(join(folder, name), code)
  run(folder, "npm", "install", "--no-audit", "--no-fund", "--prefer-offline", ...packages)
  return {
    folder,
    compile: (typescript, ...names) => {
      const skip = checksLibraries ? [] : ["--skipLibCheck"]
      run(folder, process.execPath, join(typescript, "bin/tsc"), ...strict, ...skip, ...names)
    },
    run: (command, ...args) => run(folder, command, ...args)
  }
}
