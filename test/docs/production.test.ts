/** The guide "In production", the dashboard and the alert rules tell what is there. */
import * as Errors from "@errata/core/Errors"
import * as IdempotencyStore from "@errata/core/IdempotencyStore"
import * as LoopGuard from "@errata/core/LoopGuard"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import * as ToolCall from "@errata/core/ToolCall"
import * as Handler from "@errata/mcp-adapter/Handler"
import * as Log from "@errata/mcp-adapter/Log"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { parse } from "yaml"

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8")

/** The labels of each metric, as the module says; a histogram has three names in Prometheus. */
const metrics = () => {
  const rows = [...read("packages/mcp-adapter/src/serve/Telemetry.ts").matchAll(/^ \* \| `([a-z_]+)` \| (.*?) \|/gm)]
  const labels = new Map<string, ReadonlySet<string>>()
  for (const [, name, cell] of rows) {
    const own = [...cell!.matchAll(/`([a-z_]+)`/g)].map(([, label]) => label!)
    for (const suffix of name!.endsWith("_seconds") ? ["_bucket", "_sum", "_count"] : [""]) {
      labels.set(`${name}${suffix}`, new Set([...own, "le", "job"]))
    }
  }
  labels.set("errata_circuits_not_closed", new Set(["service", "job"]))
  labels.set("errata_circuit_transitions_total", new Set(["service", "from", "to", "job"]))
  labels.set("errata_circuit_rejections_total", new Set(["service", "job"]))
  return labels
}

/** Checks that every metric of an expression exists, with the labels by which it is chosen, grouped and told. */
const check = (expression: string, told: string) => {
  const known = metrics()
  const used = [...expression.matchAll(/\b((?:errata|mcp)_[a-z_]+)(?:\{([^}]*)\})?/g)]
  expect(used.length).toBeGreaterThan(0)
  const all = new Set<string>()
  for (const [, name, selector = ""] of used) {
    if (name === "errata_type" || name === "errata_category") continue
    const labels = known.get(name!)
    expect([name, labels === undefined]).toEqual([name, false])
    for (const label of labels!) all.add(label)
    for (const [, label] of selector.matchAll(/([a-z_]+)\s*[=!]~?/g)) expect([name, ...labels!]).toContain(label)
  }
  for (const [, group] of expression.matchAll(/(?:by|ignoring|on) \(([^)]*)\)/g)) {
    for (const label of group!.split(/,\s*/)) expect([...all]).toContain(label)
  }
  const labelsTold = [...told.matchAll(/\{\{\s*(?:\$labels\.)?([a-z_]+)\s*\}\}/g)].map(([, label]) => label!)
  for (const label of labelsTold) expect([...all]).toContain(label)
}

interface Dashboard {
  readonly panels: ReadonlyArray<{
    readonly title: string
    readonly targets: ReadonlyArray<{ readonly expr: string; readonly legendFormat: string }>
  }>
  readonly templating: { readonly list: ReadonlyArray<{ readonly definition?: string }> }
}

describe("the dashboard", () => {
  const { panels, templating } = JSON.parse(read("docs/production/grafana.json")) as Dashboard

  it.each(panels.flatMap(({ targets, title }) => targets.map((target) => ({ title, ...target }))))(
    "asks for what exists: $title",
    ({ expr, legendFormat }) => check(expr, legendFormat)
  )

  it("chooses by what exists, and leaves no metric out", () => {
    for (const { definition } of templating.list) if (definition !== undefined) check(definition, "")
    const all = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join("\n")
    const shown = (name: string) => all.includes(name.replace(/_(?:bucket|sum|count)$/, ""))
    expect([...metrics().keys()].filter((name) => !shown(name))).toEqual([])
  })
})

interface Rules {
  readonly groups: ReadonlyArray<{
    readonly rules: ReadonlyArray<{
      readonly alert: string
      readonly expr: string
      readonly annotations: { readonly [name: string]: string }
    }>
  }>
}

describe("the alert rules", () => {
  const { groups } = parse(read("docs/production/alerts.yaml")) as Rules

  it.each(groups.flatMap(({ rules }) => rules))("ask for what exists: $alert", ({ annotations, expr }) => {
    check(expr, Object.values(annotations).join("\n"))
  })
})

const documented = () => {
  const guide = read("docs/guides/production.md")
  const table = guide.slice(guide.indexOf("| field | what |"), guide.indexOf("Levels: `Info`"))
  return [...table.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell]) =>
    [...cell!.matchAll(/`([a-z_]+)`/g)].map(([, name]) => name!)
  )
}

describe("the fields of the log", () => {
  const work = Tool.make("work", {
    description: "d",
    input: { mode: Schema.String, count: Schema.optionalKey(Schema.Int) },
    output: Schema.String,
    errors: [Errors.Unavailable, Errors.NotFound],
    safety: "once",
    effects: "marked"
  })
  const again = RetryPolicy.make(Schedule.recurs(1))
  let tries = 0
  const flaky = Effect.suspend(() =>
    ++tries === 1 ? Effect.fail(new Errors.Unavailable({ service: "It" })) : Effect.succeed("x")
  )
  const handled = Tool.handle(work, ({ mode }): Effect.Effect<string, Errors.Unavailable | Errors.NotFound> => {
    if (mode === "flaky") return RetryPolicy.retry(flaky, again)
    if (mode === "misfit") return Effect.fail(new Errors.NotFound({ resource: 7 as never }))
    const fails = Effect.fail(new Errors.NotFound({ resource: "It", cause: new Error("inner") }))
    return mode === "effect" ? ToolCall.irreversible(fails, { name: "send the mail" }) : Effect.succeed(mode)
  })
  const keyed = Tool.make("keyed", {
    description: "d",
    input: { key: Schema.String },
    output: Schema.String,
    safety: "keyed",
    keyed: "key"
  })

  /** The fields that stood in the lines of many kinds of calls. */
  const seen = async () => {
    const fields = new Set<string>()
    const write = (line: string) => {
      for (const name of Object.keys(JSON.parse(line) as object)) fields.add(name)
    }
    const runtime = ManagedRuntime.make(Layer.merge(Log.layer({ write }), IdempotencyStore.layerMemory()))
    const meta = { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" }
    const call = Handler.make(handled, { runtime, logsSuccesses: 0.999_999 })
    for (const mode of ["fine", "flaky", "misfit", "effect"]) {
      await call({ mode, count: "3", wait_for_previous: true }, { meta })
    }
    const pay = Handler.make(Tool.handle(keyed, () => Effect.succeed("paid")), { runtime })
    await pay({ key: "k-1" })
    await pay({ key: "k-1" })
    for (let i = 0; i < 3; i++) {
      await Handler.make(Tool.handle(keyed, () => Effect.succeed("")), { runtime, logsSuccesses: 0.999_999 })({
        key: `s-${i}`
      })
    }
    const looping = Handler.make(handled, { runtime, loops: LoopGuard.make({ answers: true }) })
    for (let i = 0; i < 4; i++) await looping({}, { sessionId: "s" })
    await runtime.dispose()
    return fields
  }

  it("are those in the guide's table: none is missing, none is made up", async () => {
    const fields = await seen()
    expect([...fields].filter((name) => !documented().includes(name))).toEqual([])
    const source = read("packages/mcp-adapter/src/call/internal/logLine.ts") +
      read("packages/mcp-adapter/src/call/internal/answer.ts")
    // what takes a lost answer, or a server with guides, to come about
    const rare = ["verified", "left_out"]
    expect(rare.filter((name) => !source.includes(name))).toEqual([])
    expect(documented().filter((name) => !fields.has(name) && !rare.includes(name))).toEqual([])
  })
})

describe("the guide", () => {
  it("lists the exit codes of the command", () => {
    const guide = read("docs/guides/production.md")
    const told = [...guide.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code))
    const source = read("packages/mcp-adapter/src/bin/internal/main.ts")
    const codes = source.slice(source.indexOf("exitCodes = {"), source.indexOf("} as const"))
    expect(told).toEqual([...codes.matchAll(/: (\d+)/g)].map(([, code]) => Number(code)))
  })

  it("lists the attributes of spans", () => {
    const guide = read("docs/guides/production.md")
    const source = ["mcp-adapter/src/call/internal/span.ts", "core/src/call/internal/tracing.ts"]
      .map((path) => read(`packages/${path}`)).join("\n")
    const names = [...source.matchAll(/"((?:errata|mcp|gen_ai|error|jsonrpc|network)\.[a-z._]+)":/g)].map(([, name]) =>
      name!
    )
    expect(names.length).toBeGreaterThan(15)
    expect(names.filter((name) => !guide.includes(`\`${name}\``))).toEqual([])
  })
})
