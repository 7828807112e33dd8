/**
 * Runs the examples in documentation as tests.
 *
 * Every fence that opens with ```` ```ts import.meta.vitest ```` in a doc comment or a Markdown file is one test, named
 * by file and line. A statement that ends with `// => value` must evaluate to that value; a fence without one only has
 * to run. A fence is a module of its own: it may import, await and declare whatever it likes.
 *
 * Vitest's `includeSource` finds the files; this plugin appends the tests to them.
 */
import { readFile } from "node:fs/promises"
import { relative } from "node:path"
import type { Plugin } from "vitest/config"
import { toModule } from "./example-module.ts"
import { fences } from "./fences.ts"

const query = "?example="

/**
 * Makes the plugin. Bare imports of an example are resolved from the file or folder `resolveFrom`, which decides what packages an
 * example may use.
 */
export const docExamples = (options: { readonly resolveFrom: string }): Plugin => {
  let root = ""
  return {
    name: "doc-examples",
    enforce: "pre",
    configResolved(config) {
      root = config.root
    },
    resolveId(source, importer) {
      // Vite takes the root off the ids of the modules below it.
      if (source.includes(query)) return source.startsWith(`${root}/`) ? source : root + source
      const isBare = !source.startsWith(".") && !source.startsWith("/")
      return isBare && importer?.includes(query)
        ? this.resolve(source, options.resolveFrom, { skipSelf: true })
        : undefined
    },
    async load(id) {
      const [file = "", rest] = id.split(query)
      if (rest === undefined) return undefined
      const fence = fences(await readFile(file, "utf8"), file).find(({ line }) => line === parseInt(rest))
      return fence === undefined ? undefined : { code: toModule(fence, file), map: null }
    },
    transform(source, id) {
      if (id.includes(query) || id.includes("/node_modules/") || !/\.(ts|md)$/.test(id)) return undefined
      const tests = fences(source, id).map(({ line }) => {
        const name = JSON.stringify(`${relative(root, id)}:${line}`)
        return `import.meta.vitest.test(${name}, () => import(${JSON.stringify(`${id}${query}${line}&lang.ts`)}))`
      })
      const code = id.endsWith(".md") ? "" : source
      return tests.length === 0
        ? undefined
        : { code: `${code}\nif (import.meta.vitest) {\n${tests.join("\n")}\n}`, map: null }
    }
  }
}
