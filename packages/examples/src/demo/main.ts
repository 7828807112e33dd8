/**
 * Shows what a model, a program and an operator see when tools fail: `pnpm demo [folder or file]`.
 *
 * With a folder or a file it plays with a copy of the documents there; they themselves are only read.
 */
import { stat } from "node:fs/promises"
import * as NodePath from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { formatOf, sourceFormats } from "../documents/conversion/formats.ts"
import { beforeAndAfter } from "./beforeAndAfter.ts"
import { charges } from "./charges.ts"
import * as Narrate from "./narrate.ts"
import * as Scenes from "./scenes.ts"
import * as Stage from "./stage.ts"

const samples = fileURLToPath(new URL("../../samples/documents", import.meta.url))

const usage = "Usage: pnpm demo [a folder with documents, or one document]"

/** Holds what `EX_USAGE` is called in sysexits.h. */
const exitCodeOfUsage = 64

/** Something that the person at the terminal can mend. */
class Refusal extends Error {}

const print = (lines: ReadonlyArray<string>): void => {
  for (const line of lines) console.log(line)
}

const argument = (): string | undefined => {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: { help: { type: "boolean", short: "h", default: false } }
    })
    if (values.help) {
      console.log(usage)
      process.exit(0)
    }
    if (positionals.length <= 1) return positionals[0]
  } catch (error) {
    throw new Refusal(`${(error as Error).message}. ${usage}`)
  }
  throw new Refusal(usage)
}

/** Returns the folder to play with, or the folder of the only file. */
const sourceOf = async (path: string): Promise<Stage.Source> => {
  const absolute = NodePath.resolve(path)
  const info = await stat(absolute).catch((error: NodeJS.ErrnoException) => {
    throw new Refusal(error.code === "ENOENT" ? `There is no folder or file ${absolute}` : `${absolute} cannot be read`)
  })
  if (info.isDirectory()) return { folder: absolute }
  if (!info.isFile()) throw new Refusal(`${absolute} is neither a folder nor a file`)
  if (formatOf(absolute) === undefined) {
    throw new Refusal(`${absolute} is no document that the demo can read: it knows ${sourceFormats.join(", ")}`)
  }
  if (info.size > Stage.maxDocumentBytes) {
    throw new Refusal(`${absolute} is larger than the ${Stage.maxDocumentBytes / 1e6} MB that the demo copies`)
  }
  return { folder: NodePath.dirname(absolute), file: NodePath.basename(absolute) }
}

const play = async (): Promise<void> => {
  const path = argument()
  const source = await sourceOf(path ?? samples)
  const home = NodePath.resolve(".errata/demo")
  if (source.file === undefined && (source.folder + NodePath.sep).startsWith(home + NodePath.sep)) {
    throw new Refusal(`${source.folder} is where the demo itself plays: give another folder`)
  }

  print(Narrate.heading("Errata: the same handler, the same call, the database is down. A model reads:"))
  const { after, before } = await beforeAndAfter()
  print([
    "",
    ...Narrate.beside(
      ["with the plain SDK", before],
      ["with one line more: adoptServer(server, { service })", after]
    )
  ])
  print(Narrate.heading("", "   code: packages/examples/src/demo/beforeAndAfter.ts (adoptServer)", ""))

  const stage = await Stage.prepare(source, home)
  if (stage.byFormat.size === 0) {
    const why = stage.leftOut.length === 0 ? "" : ` ${stage.leftOut.join(" ")}`
    throw new Refusal(`No documents in ${source.folder}: put ${sourceFormats.join(", ")} files there.${why}`)
  }
  const about = source.file === undefined
    ? `the documents of ${source.folder}`
    : `${source.file} alone, since it is a file`
  print(Narrate.heading(
    "Tools that were written with Errata",
    `Three real MCP servers over stdio, the official client, and ${about}. It plays for some seconds ...`,
    ...stage.leftOut
  ))

  const stories = [Narrate.make(), Narrate.make(), Narrate.make()] as const
  const rows: readonly [Array<Narrate.Row>, Array<Narrate.Row>, Array<Narrate.Row>] = [[], [], []]
  await Promise.all([
    Scenes.documents(stage, stories[0], (row) => rows[0].push(row)),
    Scenes.weather(stories[1], (row) => rows[1].push(row)),
    charges(stage, stories[2], (row) => rows[2].push(row))
  ])
  print(["", ...Narrate.table(rows.flat())])
  print(stories.flatMap(({ lines }) => lines))
  print(["", `The converted files are in ${NodePath.relative(process.cwd(), NodePath.join(stage.data, "converted"))}`])
}

process.once("SIGINT", () => process.exit(130))
try {
  await play()
} catch (error) {
  const message = error instanceof Error ? error.message : String(error)
  console.error(error instanceof Refusal ? message : `The demo cannot go on: ${message.split("\n")[0]}`)
  process.exit(error instanceof Refusal ? exitCodeOfUsage : 1)
}
