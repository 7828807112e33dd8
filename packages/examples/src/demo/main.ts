/**
 * Plays a session with the documents server: `pnpm demo [folder]`.
 *
 * With a folder the session is about a copy of its documents; the folder itself is only read.
 */
import type * as Batch from "@errata/core/Batch"
import { existsSync } from "node:fs"
import { readdir } from "node:fs/promises"
import * as NodePath from "node:path"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import { supportedTargets, type TargetFormat, targetFormats } from "../documents/conversion/formats.ts"
import * as Simulator from "../weather/simulator.ts"
import * as Narrate from "./narrate.ts"
import * as Session from "./Session.ts"
import * as Stage from "./stage.ts"

const samples = fileURLToPath(new URL("../../samples/documents", import.meta.url))
const source = NodePath.resolve(process.argv[2] ?? samples)
if (!existsSync(source)) {
  console.error(`There is no folder ${source}`)
  process.exit(64)
}
const home = NodePath.resolve(".errata/demo")
const stage = await Stage.prepare(source, home)
if (stage.byFormat.size === 0) {
  console.error(`No documents in ${source}: put Markdown, HTML, CSV, JSON, text, PDF or DOCX files there`)
  process.exit(64)
}

Narrate.heading(
  "Errata: what a model, a program and an operator see when tools fail",
  `A real MCP server over stdio, the official client, and the documents of ${source}`
)
const session = await Session.documents(stage, "2 seconds")
const rows: Array<Narrate.Row> = []

const note = (scene: string, answer: Session.Answer): Session.Answer => {
  const advice = answer.problem === undefined
    ? ""
    : answer.text.split("\n")[1]?.replace(/^Error: \S+ \(\w+\)\. /, "") ?? ""
  rows.push({ scene, call: answer.tool, outcome: answer.problem?.type ?? answer.status, advice })
  return answer
}

const show = async (scene: string, tool: string, args: object): Promise<Session.Answer> => {
  const answer = note(scene, await session.call(tool, args))
  Narrate.answer(answer)
  return answer
}

/** How many documents of a large folder are converted at once, so that nobody waits long. */
const maxBatch = 30

const documents = [...stage.byFormat]
const sourceOf = (target: TargetFormat): string | undefined =>
  documents.find(([format, path]) => supportedTargets(format).includes(target) && path !== stage.slow)?.[1]

Narrate.scene(1, "What works", "A success is structured content; the text mirrors it. One log line for every call.")
const all = await show("list", "list_documents", {})
for (const [i, target_format] of targetFormats.entries()) {
  const preferred = documents[(i * 2) % documents.length]!
  const document_id = supportedTargets(preferred[0]).includes(target_format) ? preferred[1] : sourceOf(target_format)
  if (document_id !== undefined) await show(`to ${target_format}`, "convert_document", { document_id, target_format })
}

Narrate.scene(2, "A misprint in the id", "Not found, with what may have been meant and a step that can be taken.")
const [, first] = documents[0]!
await show("not found", "convert_document", {
  document_id: `${first.slice(0, 2)}${first.slice(3)}`,
  target_format: "text"
})

Narrate.scene(3, "A file that was cut off", "Permanent: calling again cannot help.")
await show("corrupted", "convert_document", { document_id: stage.broken, target_format: "text" })

Narrate.scene(
  4,
  "A conversion that does not exist",
  "The arguments are wrong, and the answer says which would be right."
)
const limited = documents.find(([format]) => supportedTargets(format).length < targetFormats.length)
if (limited === undefined) Narrate.aside("Every document here can become every format.")
else {
  const target_format = targetFormats.find((target) => !supportedTargets(limited[0]).includes(target))
  await show("unsupported", "convert_document", { document_id: limited[1], target_format })
}

Narrate.scene(5, "Several mistakes at once", "All of them are told at once, so that one more call suffices.")
await show("invalid", "convert_document", { documentid: first, target_format: "htlm", page: 1 })

Narrate.scene(
  6,
  "A document that takes too long",
  "It is parsed in a worker: the timeout fires, and other calls are answered."
)
const slow = session.call("convert_document", { document_id: stage.slow, target_format: "text" })
Narrate.answer(note("meanwhile", await session.call("list_documents", {})))
Narrate.answer(note("timeout", await slow))

Narrate.scene(
  7,
  "A call that the client cancels",
  "Nothing is sent; the fiber is interrupted and its workspace is gone."
)
const workspaces = NodePath.join(stage.data, "workspaces")
const controller = new AbortController()
const cancelled = session.call("process_large_file", { path: stage.large }, { signal: controller.signal }).catch(() =>
  undefined
)
const filled = async (): Promise<number> => (await readdir(workspaces)).length
while (await filled() === 0) await new Promise((resolve) => setTimeout(resolve, 5))
Narrate.aside(`While it works: ${await filled()} workspace in ${NodePath.relative(process.cwd(), workspaces)}`)
controller.abort()
await cancelled
const line = await session.logLine((line) => line["tool"] === "process_large_file" && line["outcome"] === "cancelled")
Narrate.aside(`After the cancel: ${await filled()} workspaces`)
if (line !== undefined) Narrate.log(line)
rows.push({
  scene: "cancelled",
  call: "process_large_file",
  outcome: line === undefined ? "not seen" : "cancelled",
  advice: "(nothing is sent)"
})

Narrate.scene(
  8,
  "What nobody foresaw",
  "A table vanishes under the server. The reply says nothing of it, the log says all."
)
const database = new DatabaseSync(NodePath.join(stage.data, "documents.sqlite"), { timeout: 1_000 })
database.exec("ALTER TABLE documents RENAME TO documents_lost")
await show("defect", "list_documents", {})
database.exec("ALTER TABLE documents_lost RENAME TO documents")
database.close()
await show("and again", "list_documents", {})

Narrate.scene(
  9,
  "A whole folder, with bad apples",
  "One answer says what worked, what did not, and what to do about just that."
)
const listed = JSON.parse(all.text) as { readonly documents: ReadonlyArray<{ readonly document_id: string }> }
const ids = listed.documents.map((document) => document.document_id).filter((id) => id !== stage.slow)
const batch = await show("batch", "batch_convert_documents", {
  document_ids: [...ids.slice(0, maxBatch), "no/such-document.md"],
  target_format: "text"
})
const report = JSON.parse(batch.text) as Batch.ReportOf<unknown>
for (const { key, message, type } of report.errors) Narrate.aside(`error: ${key}: ${type}. ${message}`)
Narrate.aside(`note: ${report.note}`)
Narrate.aside(`suggestion: ${report.error_summary.suggestion ?? "none"}`)
await session.close()

const service = await Simulator.open()
const forecaster = await Session.weather(service, "200 millis")

Narrate.scene(
  10,
  "A service that stumbles",
  "The policy tries again, and tells the client of each wait. The model reads the weather."
)
service.play({ status: 503 }, { fault: "reset" })
const told: Array<string> = []
const recovered = note(
  "recovered",
  await forecaster.call("fetch_api_data", { endpoint: "/v1/current?location=London" }, {
    onprogress: ({ message }) => void told.push(message ?? "")
  })
)
Narrate.answer(recovered)
for (const message of told) Narrate.aside(`progress: ${message}`)

Narrate.scene(
  11,
  "A service that is down",
  "After five failures in a row the circuit opens: the service is left alone, and the model told when to come back."
)
service.play({ status: 503, times: "always" })
for (const attempt of ["down", "circuit open"]) {
  const before = service.requests.length
  Narrate.answer(note(attempt, await forecaster.call("fetch_api_data", { endpoint: "/v1/current?location=London" })))
  Narrate.aside(`requests that reached the service: ${service.requests.length - before}`)
}
await forecaster.close()
await service.close()

Narrate.table(rows)
console.log(`\nThe converted files are in ${NodePath.relative(process.cwd(), NodePath.join(stage.data, "converted"))}`)
