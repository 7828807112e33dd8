/**
 * Plays the scenes: calls of the documents server and of the weather server, most of which fail.
 */
import type * as Batch from "@errata/core/Batch"
import { readdir } from "node:fs/promises"
import * as NodePath from "node:path"
import { DatabaseSync } from "node:sqlite"
import { setTimeout as sleep } from "node:timers/promises"
import {
  type SourceFormat,
  supportedTargets,
  type TargetFormat,
  targetFormats
} from "../documents/conversion/formats.ts"
import * as Simulator from "../weather/simulator.ts"
import type * as Narrate from "./narrate.ts"
import * as Session from "./Session.ts"
import type { Stage } from "./stage.ts"

/** Writes down a call for the table of all. */
export type Note = (row: Narrate.Row) => void

/** How many documents of a large folder are converted at once, so that no viewer waits long. */
const maxBatch = 30

/** Says where the code of the servers is. */
const at = (path: string): string => `packages/examples/src/${path}`

type Show = (scene: string, answer: Promise<Session.Answer>) => Promise<Session.Answer>

/** Makes what shows an answer and notes it for the table. */
export const showing = (story: Narrate.Story, note: Note): Show => async (scene, call) => {
  const answer = await call
  const advice = answer.problem === undefined
    ? ""
    : answer.text.split("\n")[1]?.replace(/^Error: \S+ \(\w+\)\. ?/, "") ?? ""
  note({ scene, call: answer.tool, outcome: answer.problem?.type ?? answer.status, advice })
  story.answer(answer)
  return answer
}

/** Plays with the documents. */
export const documents = async (stage: Stage, story: Narrate.Story, note: Note): Promise<void> => {
  const session = await Session.documents(stage, "1 second")
  try {
    const show = showing(story, note)
    const play = { stage, story, session, show, note }
    await mistakes(play)
    await interruptions(play)
    await theUnforeseen(play)
    await wholeFolder(play)
    await whatWorks(play)
  } finally {
    await session.close()
  }
}

interface Play {
  readonly stage: Stage
  readonly story: Narrate.Story
  readonly session: Session.Session
  readonly show: Show
  readonly note: Note
}

const mistakes = async ({ session, show, stage, story }: Play): Promise<void> => {
  const convert = (args: object) => session.call("convert_document", args)
  const all = [...stage.byFormat]
  const [, first] = all[0]!
  story.scene({
    title: "A misprint in the id",
    explanation: "Not found, with what may have been meant and a step that can be taken.",
    code: [at("documents/errors.ts"), "DocumentNotFound"]
  })
  await show("not found", convert({ document_id: `${first.slice(0, 2)}${first.slice(3)}`, target_format: "text" }))

  story.scene({
    title: "A file that was cut off",
    explanation: "Permanent: calling again cannot help.",
    code: [at("documents/errors.ts"), "DocumentCorrupted"]
  })
  await show("corrupted", convert({ document_id: stage.broken, target_format: "text" }))

  story.scene({
    title: "A conversion that does not exist",
    explanation: "The arguments are wrong, and the answer says which would be right.",
    code: [at("documents/errors.ts"), "UnsupportedConversion"]
  })
  const limited = all.find(([format]) => supportedTargets(format).length < targetFormats.length)
  if (limited === undefined) story.aside("Every document here can become every format.")
  else {
    const target_format = targetFormats.find((target) => !supportedTargets(limited[0]).includes(target))
    await show("unsupported", convert({ document_id: limited[1], target_format }))
  }

  story.scene({
    title: "Several mistakes at once",
    explanation: "All of them are told at once, so that one more call suffices.",
    code: [at("documents/tools.ts"), "convertDocument"]
  })
  await show("invalid", convert({ documentid: first, target_format: "htlm", page: 1 }))
}

const interruptions = async ({ note, session, show, stage, story }: Play): Promise<void> => {
  story.scene({
    title: "A document that takes too long",
    explanation: "A process of its own parses it: the timeout fires, and other calls are answered meanwhile.",
    code: [at("documents/conversion/ConversionPool.ts"), "ConversionPool"]
  })
  const slow = session.call("convert_document", { document_id: stage.slow, target_format: "text" })
  await show("meanwhile", session.call("list_documents", { limit: 1 }))
  await show("timeout", slow)

  story.scene({
    title: "A call that the client cancels",
    explanation: "Nothing is sent; the fiber is interrupted and its workspace is gone.",
    code: [at("documents/largeFile.ts"), "processLargeFile"]
  })
  const workspaces = NodePath.join(stage.data, "workspaces")
  const filled = async (): Promise<number> => (await readdir(workspaces)).length
  const controller = new AbortController()
  const cancelled = session.call("process_large_file", { path: stage.large }, { signal: controller.signal }).catch(() =>
    undefined
  )
  for (let waited = 0; waited < 500 && await filled() === 0; waited++) await sleep(10)
  story.aside(`While it works: ${await filled()} workspace in ${NodePath.relative(process.cwd(), workspaces)}`)
  controller.abort()
  await cancelled
  const line = await session.logLine((line) => line["tool"] === "process_large_file" && line["outcome"] === "cancelled")
  story.aside(`After the cancel: ${await filled()} workspaces`)
  if (line !== undefined) story.log(line)
  const outcome = line === undefined ? "not seen" : "cancelled"
  note({ scene: "cancelled", call: "process_large_file", outcome, advice: "(nothing is sent)" })
}

const theUnforeseen = async ({ session, show, stage, story }: Play): Promise<void> => {
  story.scene({
    title: "What nobody foresaw",
    explanation: "A table vanishes under the server. The reply says nothing of it, the log says all.",
    code: ["packages/mcp-adapter/src/fold/Fold.ts", "internal_error"]
  })
  const database = new DatabaseSync(NodePath.join(stage.data, "documents.sqlite"), { timeout: 1_000 })
  try {
    database.exec("ALTER TABLE documents RENAME TO documents_lost")
    await show("defect", session.call("list_documents", { limit: 1 }))
    database.exec("ALTER TABLE documents_lost RENAME TO documents")
    await show("and again", session.call("list_documents", { limit: 1 }))
  } finally {
    database.close()
  }
}

interface Listed {
  readonly documents: ReadonlyArray<{ readonly document_id: string }>
  readonly total: number
}

const wholeFolder = async ({ session, show, stage, story }: Play): Promise<void> => {
  story.scene({
    title: "A whole folder, with bad apples",
    explanation: "One answer says what worked, what did not, and what to do about just that.",
    code: [at("documents/batch.ts"), "batchConvertDocuments"]
  })
  const listed = JSON.parse((await session.call("list_documents", { limit: 1_000 })).text) as Listed
  const ids = listed.documents.map((document) => document.document_id).filter((id) => id !== stage.slow)
  const chosen = ids.slice(0, maxBatch)
  if (chosen.length < ids.length) {
    story.aside(`${chosen.length} of ${ids.length} documents are converted, so that nobody waits long.`)
  }
  const batch = await show(
    "batch",
    session.call("batch_convert_documents", {
      document_ids: [...chosen, "no/such-document.md"],
      target_format: "text"
    })
  )
  const report = JSON.parse(batch.text) as Batch.ReportOf<unknown>
  for (const { key, message, type } of report.errors) story.aside(`error: ${key}: ${type}. ${message}`)
  story.aside(`note: ${report.note}`)
  story.aside(`suggestion: ${report.error_summary.suggestion ?? "none"}`)
}

const whatWorks = async ({ session, show, stage, story }: Play): Promise<void> => {
  story.scene({
    title: "And what works",
    explanation: "A success is structured content; the text mirrors it. One log line for every call.",
    code: [at("documents/convert.ts"), "convertDocument"]
  })
  const all = [...stage.byFormat].filter(([, path]) => path !== stage.slow)
  for (const [i, target_format] of targetFormats.entries()) {
    const document_id = sourceOf(target_format, [...all.slice(i * 2), ...all.slice(0, i * 2)])
    if (document_id === undefined) continue
    await show(`to ${target_format}`, session.call("convert_document", { document_id, target_format }))
  }
}

const sourceOf = (
  target: TargetFormat,
  documents: ReadonlyArray<readonly [SourceFormat, string]>
): string | undefined => documents.find(([format]) => supportedTargets(format).includes(target))?.[1]

const current = { endpoint: "/v1/current?location=London" }

/** Plays with a weather service that stumbles, then falls. */
export const weather = async (story: Narrate.Story, note: Note): Promise<void> => {
  const service = await Simulator.open()
  const forecaster = await Session.weather(service, "100 millis")
  try {
    const show = showing(story, note)
    story.scene({
      title: "A service that stumbles",
      explanation: "The policy tries again, and tells the client of each wait. The model reads the weather.",
      code: [at("weather/Upstream.ts"), "Policy.forDependency"]
    })
    service.play({ status: 503 }, { fault: "reset" })
    const told: Array<string> = []
    const onprogress = ({ message }: { message?: string | undefined }): void => void told.push(message ?? "")
    await show("recovered", forecaster.call("fetch_api_data", current, { onprogress }))
    for (const message of told) story.aside(`progress: ${message}`)

    story.scene({
      title: "A service that is down",
      explanation:
        "After five failures in a row the circuit opens: the service is left alone, the model told when to come back.",
      code: [at("weather/Upstream.ts"), "CircuitBreaker.make"]
    })
    service.play({ status: 503, times: "always" })
    for (const scene of ["down", "circuit open"]) {
      const before = service.requests.length
      await show(scene, forecaster.call("fetch_api_data", current))
      story.aside(`requests that reached the service: ${service.requests.length - before}`)
    }
  } finally {
    await forecaster.close()
    await service.close()
  }
}
