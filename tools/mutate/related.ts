/** Finds the test files that reach a source by their imports: those that bear its name first, then the nearest. */
import { globSync, readFileSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import ts from "typescript"

export type Related = (file: string) => ReadonlyArray<string>

interface Manifest {
  readonly name: string
  readonly exports?: Readonly<Record<string, string | null | { readonly default: string }>>
}

/** Says where the paths of the workspace's packages lead. */
const workspacePaths = (root: string): ReadonlyMap<string, string> =>
  new Map(
    globSync(join(root, "packages/*/package.json")).flatMap((file) => {
      const { exports = {}, name } = JSON.parse(readFileSync(file, "utf8")) as Manifest
      return Object.entries(exports).flatMap(([path, target]) => {
        const source = typeof target === "object" ? target?.default : target
        return source == null ? [] : [[name + path.slice(1), join(dirname(file), source)] as const]
      })
    })
  )

export const findRelated = (root: string): Related => {
  const paths = workspacePaths(root)
  const importers = new Map<string, Set<string>>()
  for (
    const file of globSync(join(root, "{packages/*/src,src,test}/**/*.ts"), {
      exclude: (name) => name === "node_modules"
    })
  ) {
    for (const { fileName } of ts.preProcessFile(readFileSync(file, "utf8")).importedFiles) {
      const target = fileName.startsWith(".") ? resolve(dirname(file), fileName) : resolvePath(paths, fileName)
      if (target === undefined) continue
      const known = importers.get(target) ?? new Set()
      importers.set(target, known.add(file))
    }
  }
  return (file) => {
    const seen = new Set([file])
    for (const next of seen) for (const importer of importers.get(next) ?? []) seen.add(importer)
    const tests = [...seen].filter((name) => name.endsWith(".test.ts"))
    const bearsName = (test: string): boolean =>
      basename(test).toLowerCase().includes(basename(file, ".ts").toLowerCase())
    return [...tests.filter(bearsName), ...tests.filter((test) => !bearsName(test))]
  }
}

/** Follows a path of a package; one with a star leads to the file of that name. */
const resolvePath = (paths: ReadonlyMap<string, string>, specifier: string): string | undefined => {
  const exact = paths.get(specifier)
  if (exact !== undefined) return exact
  for (const [pattern, target] of paths) {
    const [before, after] = pattern.split("*")
    if (after === undefined || !specifier.startsWith(before!) || !specifier.endsWith(after)) continue
    return target.replace("*", specifier.slice(before!.length, specifier.length - after.length))
  }
  return undefined
}
