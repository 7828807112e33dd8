/**
 * The script of a conversion child: one job at a time, its files in the workspace, its outcome over the channel.
 *
 * The process ends when its channel does. What a conversion rejects with crosses the channel as plain data, since a
 * class does not survive the crossing.
 */
import { readFile, writeFile } from "node:fs/promises"
import { SourceCorrupted, SourceTooLarge, SourceUnsupported } from "./ConversionError.ts"
import { convert, sources } from "./convert.ts"
import type { Checked, CheckJob, Converted, ConvertJob, Job, Message } from "./protocol.ts"
import { silence } from "./silence.ts"
import { watch } from "./watch.ts"

const say = (message: Message): void => void process.send?.(message)

const carryOut = async (job: Job): Promise<Message> => {
  try {
    return { _tag: "Done", result: await (job.kind === "convert" ? convertFile(job) : checkFile(job)) }
  } catch (error) {
    return explain(error)
  }
}

/** Loads what a job needs before its time begins: the first one of a kind takes no longer than the others. */
const load = async (job: Job): Promise<unknown> => job.kind === "convert" ? sources[job.from]() : import("./records.ts")

const convertFile = async (job: ConvertJob): Promise<Converted> => {
  const { notes, output } = await convert(await readFile(job.source), job.from, job.to)
  const bytes = Buffer.from(output, "utf8")
  await writeFile(job.output, bytes, { flag: "wx" })
  return { bytes: bytes.length, notes }
}

/** Effect's schemas are loaded by those who check records, not by those who convert. */
const checkFile = async (job: CheckJob): Promise<Checked> => {
  const { check } = await import("./records.ts")
  return await check(await readFile(job.source), job.from, (milestone) => say({ _tag: "Milestone", milestone }))
}

const explain = (error: unknown): Message => {
  if (error instanceof SourceCorrupted) {
    return { _tag: "Refused", refusal: { _tag: "SourceCorrupted", reason: error.reason } }
  }
  if (error instanceof SourceUnsupported) {
    const { advice, reason } = error
    return { _tag: "Refused", refusal: { _tag: "SourceUnsupported", reason, advice } }
  }
  if (error instanceof SourceTooLarge) {
    const { advice, limit, unit } = error
    return { _tag: "Refused", refusal: { _tag: "SourceTooLarge", limit, unit, advice } }
  }
  if (error instanceof RangeError && error.message.includes("allocation failed")) return { _tag: "OutOfMemory" }
  return error instanceof Error
    ? { _tag: "Defect", name: error.name, message: error.message, stack: error.stack }
    : { _tag: "Defect", name: "Error", message: String(error) }
}

silence()
watch()
process.once("disconnect", () => process.exit(0))
process.on("message", async (job: Job) => {
  await load(job)
  say({ _tag: "Begun" })
  say(await carryOut(job))
})
