import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as Redaction from "@errata/core/Redaction"
import * as Tool from "@errata/core/Tool"
import * as Handler from "@errata/mcp-adapter/Handler"
import * as Log from "@errata/mcp-adapter/Log"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as Schema from "effect/Schema"
import { anyHostile, everyHostile, runs, seeded } from "../core/support/arbitraries.ts"

/** A line goes straight to loggers of ours; beside another logger it goes the way of all logs. Both must write the same. */

type Way = (layer: Log.Options) => Layer.Layer<never>

const straight: Way = (options) => Log.layer(options)
const around: Way = (options) => Logger.layer([Log.make(options), Logger.make(() => undefined)])

const definition = (name: string) =>
  Tool.make(name, {
    description: "Does it",
    safety: "read",
    input: { what: Schema.Unknown },
    output: { done: Schema.Boolean },
    errors: [Errors.NotFound, Errors.Corrupted]
  })

const outcomes = {
  succeeds: Effect.succeed({ done: true }),
  "is not found": Effect.fail(new Errors.NotFound({ resource: "Document", id: "DOC-1" })),
  "has a cause": Effect.fail(
    new Errors.NotFound({ resource: "Document", id: "DOC-1" }, { cause: new Error("password=hunter2") } as never)
  ),
  dies: Effect.die(new Error("boom"))
}

interface Given {
  readonly tool: string
  readonly outcome: keyof typeof outcomes
  readonly args: unknown
  readonly options?: Log.Options | undefined
}

const linesOf = async (way: Way, { args, options, outcome, tool }: Given): Promise<ReadonlyArray<string>> => {
  const lines: Array<string> = []
  const handled = Tool.handle(definition(tool), () => outcomes[outcome])
  const handler = Handler.make(handled, {
    runtime: way({ ...options, write: (line) => lines.push(line) }),
    ...options?.redactor === undefined ? {} : { redactor: options.redactor }
  })
  await handler(args)
  return lines.map(withoutChance)
}

const withoutChance = (line: string): string =>
  line.replace(/"timestamp":"[^"]+"/, "").replace(/"reference_id":"[^"]+"/, "\"reference_id\":\"\"").replace(
    /"duration_ms":\d+/,
    ""
  )

const redactor = Redaction.make({
  patterns: [{ name: "words", expression: /ended|not_found|plain/g, replacement: Redaction.mask }],
  names: ["outcome"]
})

/** Both ways are asked from one place, since a stack may lead here. */
const same = async (given: Given): Promise<void> => {
  const lines: Array<ReadonlyArray<string>> = []
  for (const way of [straight, around]) lines.push(await linesOf(way, given))
  expect(lines[0]).toHaveLength(1)
  expect(lines[0]).toEqual(lines[1])
}

describe("a plain line", () => {
  it.each(Object.keys(outcomes) as Array<keyof typeof outcomes>)(
    "is the line of all logs for a call that %s",
    async (outcome) => {
      for (
        const tool of [
          "plain",
          "ghp_0123456789abcdefghijABCDEFGHIJ012345",
          "password",
          "x".repeat(64)
        ]
      ) {
        for (const options of [undefined, { redactor }]) {
          await same({ tool, outcome, args: { what: "it" }, options })
        }
      }
    }
  )

  it.each(everyHostile.map((_, i) => i))("is the line of all logs for hostile argument %d", async (i) => {
    const hostile = everyHostile[i]
    await same({ tool: "plain", outcome: "succeeds", args: { what: hostile } })
    await same({ tool: "plain", outcome: "succeeds", args: hostile })
  })

  const anyGiven = seeded((source): Omit<Given, "args"> => ({
    tool: source.pick(["plain", "ended", "ghp_0123456789abcdefghijABCDEFGHIJ012345"]),
    outcome: source.pick(Object.keys(outcomes) as Array<keyof typeof outcomes>),
    options: source.chance(50) ? { redactor } : undefined
  }))

  it.effect.prop(
    "is the line of all logs for any call",
    [anyHostile, anyGiven],
    ([what, given]) => Effect.promise(() => same({ ...given, args: { what } })),
    runs(200)
  )

  it("keeps what was annotated, and the level that is wanted", async () => {
    const lines: Array<string> = []
    const layer = Layer.mergeAll(
      Log.layer({ write: (line) => lines.push(line) }),
      Layer.succeed(References.CurrentLogAnnotations, { region: "eu" })
    )
    const make = (outcome: keyof typeof outcomes, runtime: Layer.Layer<never>) =>
      Handler.make(Tool.handle(definition("plain"), () => outcomes[outcome]), { runtime })
    await make("succeeds", layer)({ what: 1 })
    expect(JSON.parse(lines[0]!)).toMatchObject({ region: "eu", tool: "plain" })

    const warnings = Layer.mergeAll(
      layer,
      Layer.succeed(References.CurrentLogAnnotations, {}),
      Layer.succeed(References.MinimumLogLevel, "Warn")
    )
    await make("succeeds", warnings)({ what: 1 })
    expect(lines).toHaveLength(1)
    await make("is not found", warnings)({ what: 1 })
    expect(lines).toHaveLength(2)
  })

  it("costs nobody a reply, nor another logger its line, where a logger throws", async () => {
    const lines: Array<string> = []
    const throwing = Log.make({
      write: () => {
        throw new Error("the disk is full")
      }
    })
    const runtime = Logger.layer([throwing, Log.make({ write: (line) => lines.push(line) })])
    const result = await Handler.make(Tool.handle(definition("plain"), () => outcomes.succeeds), { runtime })({
      what: 1
    })
    expect(result.isError).not.toBe(true)
    expect(lines).toHaveLength(1)
  })
})
