import { join } from "node:path"
import ts from "typescript"
import { libraries } from "./modules.ts"

/** Reads the sources of the libraries with TypeScript 6, the last whose compiler can be asked questions. */
export const makeProgram = (root: string): ts.Program => {
  const config = ts.readConfigFile(join(root, "tsconfig.base.json"), (file) => ts.sys.readFile(file))
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root, { noEmit: true, composite: false })
  const sources = libraries.flatMap((name) => ts.sys.readDirectory(join(root, "packages", name, "src"), [".ts"]))
  return ts.createProgram(sources, { ...options, types: ["node"], typeRoots: [join(root, "node_modules/@types")] })
}
