/**
 * The line of a call is written in two ways: as text where all loggers are ours, else from the entry that every logger is handed. Over
 * all recorded failures of real libraries both write the same bytes, and those are what effect's own JSON form holds of the entry.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Classifier from "@errata/core/Classifier"
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Handler from "@errata/mcp-adapter/Handler"
import * as Log from "@errata/mcp-adapter/Log"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schema from "effect/Schema"
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { type Recorded, thaw } from "../corpus/frozen.ts"

const recorded = globSync(join(import.meta.dirname, "../corpus/recorded/*.json")).toSorted().flatMap((file) =>
  JSON.parse(readFileSync(file, "utf8")) as ReadonlyArray<Recorded>
)

class Failed
  extends ToolError.Permanent<Failed>()("Failed", {}, { type: "upstream_error", message: () => "It failed" })
{}

const tool = Tool.make("look", {
  description: "Looks.",
  safety: "read",
  input: { what: Schema.Unknown },
  errors: [Failed, Errors.NotFound]
})

type Call = (failure: unknown, at: number) => Effect.Effect<void, never>

/** The ways in which a call meets a failure. */
const ways: { readonly [way: string]: Call } = {
  dies: (failure) => Effect.die(failure),
  "fails because of it": (failure) => Effect.fail(new Failed({ cause: failure }) as never),
  "fails with its class": (failure, at) => {
    const error = Classifier.unknown({ service: "The service" })(failure, { now: at })
    return error === undefined ? Effect.die(failure) : Effect.fail(error as never)
  }
}

/** Leaves out what no two calls share. */
const withoutChance = (line: string): string =>
  line.replace(/"timestamp":"[^"]+"/, "\"timestamp\":\"\"").replace(/"reference_id":"[^"]+"/, "\"reference_id\":\"\"")
    .replace(/"duration_ms":\d+/, "\"duration_ms\":0")

const handlerOf = (call: () => Effect.Effect<void, never>, loggers: ReadonlyArray<Logger.Logger<unknown, void>>) =>
  Handler.make(Tool.handle(tool, call), { runtime: ManagedRuntime.make(Logger.layer([...loggers])) })

interface Entry {
  readonly message: readonly [string, { readonly [field: string]: unknown }]
  readonly level: string
  readonly timestamp: string
  readonly cause?: string
}

/** Writes what effect's form holds as our line would hold it. */
const asLine = ({ level, message: [message, fields], timestamp }: Entry, cause: unknown): string => {
  const named = `${level[0]}${level.slice(1).toLowerCase()}`
  return JSON.stringify({ timestamp, level: named, message, ...fields, ...cause === undefined ? {} : { cause } })
}

describe.each(Object.entries(ways))("the line of a call that %s", (_, way) => {
  it("is the same in both ways, and effect's, for every recorded failure", async () => {
    expect(recorded.length).toBeGreaterThanOrEqual(300)
    for (const { at, failure, id } of recorded) {
      const thawed = thaw(failure)
      const call = () => way(thawed, at)
      const [text, lines, entries]: [Array<string>, Array<string>, Array<string>] = [[], [], []]
      const effects = Logger.make((options) => void entries.push(Logger.formatJson.log(options)))
      await handlerOf(call, [Log.make({ write: (line) => text.push(line) })])({ what: failure })
      await handlerOf(call, [Log.make({ write: (line) => lines.push(line) }), effects])({ what: failure })

      expect([id, text.length]).toEqual([id, 1])
      expect([id, ...text.map(withoutChance)]).toEqual([id, ...lines.map(withoutChance)])

      const entry = JSON.parse(entries[0]!) as Entry
      const { cause } = JSON.parse(lines[0]!) as { readonly cause?: string }
      expect([id, cause === undefined, lines[0]]).toEqual([id, entry.cause === undefined, asLine(entry, cause)])
    }
  })
})
