/** Bundles with rolldown, minified, from the built packages. */
import { rolldown } from "rolldown"

export const bundle = async (input: string, options: {
  readonly platform: "browser" | "node"
  readonly file: string
}): Promise<string> => {
  const build = await rolldown({
    input,
    platform: options.platform,
    resolve: {
      conditionNames: options.platform === "node" ? ["node", "import"] : ["errata-dist", "browser", "import", "default"]
    },
    logLevel: "silent"
  })
  const { output } = await build.write({ file: options.file, format: "esm", minify: true, codeSplitting: false })
  await build.close()
  return output[0].code
}
