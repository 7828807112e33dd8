/** Compiles the examples in documentation, which Vitest only runs. Errors carry the line of the documentation. */
import { glob, mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { documented, fences } from "./fences.ts"
import { run } from "./run.ts"

const root = join(import.meta.dirname, "..")
const folder = join(root, "test/.examples")
const config = {
  extends: "../../tsconfig.leaf.json",
  compilerOptions: { incremental: false, noUnusedLocals: false },
  include: ["*.ts"]
}

let count = 0
await rm(folder, { recursive: true, force: true })
await mkdir(folder)
try {
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config))
  for await (const file of glob(documented, { cwd: root })) {
    for (const { code, line } of fences(await readFile(join(root, file), "utf8"), file)) {
      const name = `${file.replaceAll("/", "~")}~${line}.ts`
      await writeFile(join(folder, name), `${"\n".repeat(line)}${code}\nexport {}\n`)
      count++
    }
  }
  if (count === 0) throw new Error(`No examples in ${documented.join(", ")}`)
  run(root, "tsc", "-p", folder)
  console.log(`${count} examples compile`)
} finally {
  await rm(folder, { recursive: true })
}
