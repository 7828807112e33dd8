/** The tools of the matrix: each kind of answer, with and without a declared output, in each profile. */
import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import type * as Handler from "@errata/mcp-adapter/Handler"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Served } from "./servers.ts"

export const profiles = {
  text: {},
  structured: { structuredErrors: true },
  JSON: { render: "json" }
} satisfies { readonly [name: string]: Handler.Options }

export type Profile = keyof typeof profiles

/** What becomes of a call. */
export interface Kind {
  readonly title: string
  readonly tool: "find" | "mark" | "find_all"
  readonly args: Record<string, unknown>
}

export const kinds: ReadonlyArray<Kind> = [
  { title: "error", tool: "find", args: { id: "7" } },
  { title: "error", tool: "mark", args: { id: "7" } },
  { title: "invalid arguments", tool: "find", args: { id: ["7"] } },
  { title: "invalid arguments", tool: "mark", args: { id: ["7"] } },
  { title: "defect", tool: "find", args: { id: "bug" } },
  { title: "defect", tool: "mark", args: { id: "bug" } },
  { title: "failed batch", tool: "find_all", args: { ids: ["7", "8"] } },
  { title: "partial batch", tool: "find_all", args: { ids: ["7", "1"] } },
  { title: "success", tool: "find", args: { id: "1" } },
  { title: "success", tool: "mark", args: { id: "1" } }
]

/** What every pen is. */
export const pen = { color: "blue" }

const run = (id: string) =>
  id === "1"
    ? Effect.succeed(pen)
    : id === "bug"
    ? Effect.die(new Error("hunter2"))
    : Effect.fail(new Errors.NotFound({ resource: "Pen", id }))

const input = Schema.Struct({ id: Schema.String })
const output = Schema.Struct({ color: Schema.String })
const common = {
  description: "Looks for a pen.",
  errors: [Errors.NotFound, Errors.BatchFailed],
  safety: "read"
} as const

const define = (profile: Profile) => ({
  find: Tool.make(`find_${profile}`, { ...common, input, output }),
  mark: Tool.make(`mark_${profile}`, { ...common, input }),
  find_all: Tool.make(`find_all_${profile}`, {
    ...common,
    input: Schema.Struct({ ids: Schema.Array(Schema.String) }),
    output: Batch.Report(output)
  })
})

export const tools = { text: define("text"), structured: define("structured"), JSON: define("JSON") }

export const served: ReadonlyArray<Served> = (Object.keys(profiles) as ReadonlyArray<Profile>).map((profile) => {
  const { find, find_all, mark } = tools[profile]
  return [[
    Tool.handle(find, ({ id }) => run(id)),
    Tool.handle(mark, ({ id }) => Effect.asVoid(run(id))),
    Tool.handle(find_all, ({ ids }) => Batch.forEach(ids, run))
  ], { ...profiles[profile], logsCalls: false }]
})
