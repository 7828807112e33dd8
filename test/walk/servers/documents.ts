/** Provokes every error of the documents server, on a copy of its samples. */
import * as Documents from "@errata/examples/documents/toolkit"
import type * as Walk from "@errata/mcp-adapter/walk"
import { cpSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import { entryOf, makeFolder, type Stage } from "./stage.ts"

const samples = fileURLToPath(new URL("../../../packages/examples/samples/documents", import.meta.url))

export const make = async (): Promise<Stage> => {
  const folder = await makeFolder()
  const root = join(folder.path, "library")
  const data = join(folder.path, "state")
  cpSync(samples, root, { recursive: true })
  writeFileSync(join(root, "reports", "long.txt"), "A line of a document that is too large here.\n".repeat(2_000))
  writeFileSync(
    join(root, "data", "long.csv"),
    `id,title\n${"1,A record of a list that is too long here\n".repeat(60_000)}`
  )
  writeFileSync(join(root, "reports", "slow.html"), `<p>${"<b>x</b> ".repeat(150_000)}</p>`)
  writeFileSync(join(root, "reports", "scan.pdf"), scan)
  const server = { command: process.execPath, args: [entryOf("documents"), "--root", root], wait: () => undefined }
  const env = { ERRATA_DATA: data, ERRATA_DATABASE_WAIT: "50 millis" }
  return {
    name: "documents",
    walks: [
      { ...server, env, definitions: Documents.Documents.tools, except, provoke: provoke(data) },
      { ...server, env: { ...env, ERRATA_DOCUMENT_SIZE: "64 KiB" }, provoke: small },
      { ...server, env: { ...env, ERRATA_CONVERSION_TIMEOUT: "1 millis" }, provoke: slow }
    ],
    close: folder.remove
  }
}

/** A PDF of one page without a single letter. */
const scan = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>endobj
4 0 obj<</Length 25>>stream
q 72 0 0 72 0 0 cm /I Do Q
endstream endobj
5 0 obj<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>stream
A
endstream endobj
trailer<</Root 1 0 R>>
%%EOF
`

/** The disk's own failures come and go, and what a user may not read depends on who runs this: other tests provoke them. */
const except = [
  "Overloaded",
  "ProcessingError",
  "FileChanged",
  "PermissionDenied",
  "NotAFile",
  // readers of a SQLite file do not wait for who writes, and a list of records has no password
  "list_documents: Unavailable",
  "process_large_file: Unavailable",
  "process_data: Unavailable",
  "process_data: DocumentUnsupported"
]

/** Locks the catalogue as another process would, until the client comes back. */
const locked = (data: string, args: Walk.Arguments): Walk.Provocation => {
  let other: DatabaseSync | undefined
  const unlock = (): void => {
    other?.close()
    other = undefined
  }
  return {
    arguments: args,
    before: () => {
      other = new DatabaseSync(join(data, "documents.sqlite"), { timeout: 10_000 })
      other.exec("BEGIN EXCLUSIVE")
    },
    meanwhile: unlock,
    after: unlock
  }
}

const report = "reports/annual-report.md"
const key = "c0b0a1de-5a5f-4f0e-8d6a-2b9f3c1d0e00"

const provoke = (data: string): Walk.Provocations => ({
  list_documents: {
    InvalidArguments: { arguments: { limit: 5_000 } },
    Page: { arguments: { limit: 2 }, silent: /next_offset/, whole: {} }
  },
  convert_documnet: { UnknownTool: { arguments: { document_id: report, target_format: "text" } } },
  convert_document: {
    InvalidArguments: { arguments: { document_id: report, target_format: "HTML5" } },
    DocumentNotFound: [
      { arguments: { document_id: "reports/anual-report.md", target_format: "html" }, note: "misspelt" },
      {
        arguments: { document_id: "novel", target_format: "text" },
        intent: { document_id: "reports/wicked-bible.html" },
        note: "nothing is near"
      }
    ],
    UnsupportedConversion: { arguments: { document_id: "reports/wicked-bible.html", target_format: "json" } },
    DocumentCorrupted: [
      {
        arguments: { document_id: "broken/cut-off-census.pdf", target_format: "text" },
        intent: { document_id: "reports/misprint-census.pdf" },
        note: "another document"
      },
      {
        arguments: { document_id: "broken/renamed-letter.docx", target_format: "text" },
        ends: "told",
        note: "no other"
      }
    ],
    DocumentUnsupported: { arguments: { document_id: "reports/scan.pdf", target_format: "text" }, ends: "told" },
    Unavailable: locked(data, { document_id: report, target_format: "text", idempotency_key: `${key}1` })
  },
  batch_convert_documents: {
    InvalidArguments: { arguments: { document_ids: [report], target_format: "txt" } },
    DocumentNotFound: [
      { arguments: { document_ids: ["reports/anual-report.md"], target_format: "text" }, note: "the only one" },
      {
        arguments: {
          document_ids: ["letters/to-the-compositor.txt", "reports/anual-report.md"],
          target_format: "text"
        },
        note: "one of two"
      }
    ],
    UnsupportedConversion: {
      arguments: { document_ids: ["reports/wicked-bible.html"], target_format: "json" },
      intent: { target_format: "text" }
    },
    DocumentCorrupted: {
      arguments: { document_ids: ["broken/cut-off-census.pdf"], target_format: "text" },
      ends: "told"
    },
    Partial: {
      arguments: { document_ids: [report, "broken/cut-off-census.pdf"], target_format: "text" },
      silent: /status\W+partial/,
      whole: { document_ids: [report], target_format: "text" }
    }
  },
  assign_to_category: {
    InvalidArguments: {
      arguments: { document_id: report, category: " to be read", idempotency_key: `${key}2` },
      intent: { category: "to be read" }
    },
    DocumentNotFound: {
      arguments: { document_id: "reports/anual-report.md", category: "read", idempotency_key: `${key}3` }
    },
    IdempotencyConflict: {
      before: (call) =>
        call("assign_to_category", { document_id: report, category: "first", idempotency_key: `${key}4` }),
      arguments: { document_id: report, category: "second", idempotency_key: `${key}4` },
      intent: { idempotency_key: `${key}5` }
    },
    Unavailable: locked(data, { document_id: report, category: "later", idempotency_key: `${key}6` })
  },
  process_large_file: {
    DocumentNotFound: { arguments: { path: "data/orders.cvs" } }
  },
  process_data: {
    NoRecords: { arguments: { data_id: report }, intent: { data_id: "data/orders.csv" } },
    DocumentNotFound: { arguments: { data_id: "data/order.csv" } },
    DocumentCorrupted: { arguments: { data_id: "broken/dropped-comma.json" }, ends: "told" },
    InvalidRecords: { arguments: { data_id: "data/orders-with-errors.csv" }, ends: "told" }
  }
})

const small: Walk.Provocations = {
  convert_document: {
    TooLarge: { arguments: { document_id: "reports/long.txt", target_format: "html" }, ends: "told" }
  },
  process_data: { TooLarge: { arguments: { data_id: "data/long.csv" }, ends: "told" } }
}

const slow: Walk.Provocations = {
  convert_document: {
    ConversionTimedOut: { arguments: { document_id: "reports/slow.html", target_format: "markdown" }, ends: "told" },
    DocumentTooSlow: { arguments: { document_id: "reports/slow.html", target_format: "markdown" }, ends: "told" }
  },
  process_data: {
    ConversionTimedOut: { arguments: { data_id: "data/long.csv" }, ends: "told" },
    DocumentTooSlow: { arguments: { data_id: "data/long.csv" }, ends: "told" }
  }
}
