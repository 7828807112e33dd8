/**
 * The script that a conversion thread runs: one job in, one reply out.
 *
 * What a conversion rejects with crosses the thread as a plain reply, since a class does not survive the crossing.
 */
import { parentPort } from "node:worker_threads"
import { SourceCorrupted, SourceTooLarge } from "./ConversionError.ts"
import { convert } from "./convert.ts"
import type { SourceFormat, TargetFormat } from "./formats.ts"
import { silence } from "./silence.ts"

/** What is to be converted. */
export interface Job {
  readonly source: Uint8Array
  readonly from: SourceFormat
  readonly to: TargetFormat
}

/** What became of a job. */
export type Reply =
  | { readonly _tag: "Converted"; readonly output: string }
  | { readonly _tag: "SourceCorrupted" | "SourceTooLarge"; readonly reason: string }
  | { readonly _tag: "Defect"; readonly error: unknown }

const reply = async (job: Job): Promise<Reply> => {
  try {
    return { _tag: "Converted", output: await convert(job.source, job.from, job.to) }
  } catch (error) {
    if (error instanceof SourceCorrupted || error instanceof SourceTooLarge) {
      return { _tag: error._tag, reason: error.reason }
    }
    return { _tag: "Defect", error: error instanceof Error ? error : String(error) }
  }
}

silence()
parentPort?.on("message", async (job: Job) => parentPort?.postMessage(await reply(job)))
