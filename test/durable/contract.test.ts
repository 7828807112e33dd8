/**
 * The contract suite of ordinary tools, for durable ones: the same calls give the same results, on every host, and as ordinary tools give
 * them. Beside it, what only durable tools do.
 */
import * as Meta from "@errata/mcp-adapter/Meta"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Call, calls } from "../hosts/cases.ts"
import { differencesIn } from "../hosts/differences.ts"
import { isDurable } from "../hosts/durable.ts"
import { connect, type Host, names, reference } from "../hosts/servers.ts"
import type { Message, Wire } from "../hosts/Wire.ts"
import { takeStderr } from "../support/stderr.ts"
import { until } from "../wire/Wait.ts"

const ours = calls.filter(({ name }) => isDurable(name))

/** Where a durable tool differs from one that reads: an activity whose finalizer dies has died, and has no result that was kept. */
const apart: { readonly [title: string]: ReadonlyArray<string> } = {
  "defect: finalizer": [
    "The tool failed unexpectedly.",
    "Error: internal_error (permanent). Do not retry. Report the reference.",
    "Reference: <reference>"
  ]
}

interface Result {
  readonly content: ReadonlyArray<{ readonly text: string }>
  readonly _meta?: { readonly [key: string]: unknown }
}

const resultIn = (answer: unknown): Result => (answer as { readonly result: Result }).result

const ordinary = new Map<string, unknown>()
const told = new Map<string, unknown>()

/** A wire per host; what its tools log is not looked at here. */
const wires = new Map<Host, Wire>()
let restore: () => void

beforeAll(async () => {
  restore = takeStderr()
  const plain = await connect(reference)
  for (const { run, title } of ours) ordinary.set(title, await run(plain))
  await plain.close()
  for (const host of names) wires.set(host, await connect(host, "durable"))
  for (const { run, title } of ours) told.set(title, await run(wires.get(reference)!))
}, 60_000)
afterAll(async () => {
  for (const wire of wires.values()) await wire.close()
  restore()
})

/** Without what says whose run it is: some calls of the suite are the same, and the servers of one process share their runs. */
const alone = (answer: unknown): unknown =>
  JSON.parse(JSON.stringify(answer, (key, value: unknown) => {
    if (key === "_meta" && typeof value === "object") {
      return Object.keys(alone(value) as object).length === 0
        ? undefined
        : value
    }
    if (key !== "errata/call" || typeof value !== "object") return value
    const { original_reference_id: _, replayed: __, ...rest } = value as { readonly [key: string]: unknown }
    return Object.keys(rest).length <= 2 ? undefined : rest
  }))

describe("as an ordinary tool answers, so does a durable one", () => {
  it.each(ours)("$title", ({ title }) => {
    const text = apart[title]
    if (text === undefined) return expect(alone(told.get(title))).toEqual(alone(ordinary.get(title)))
    expect(told.get(title)).not.toEqual(ordinary.get(title))
    expect(resultIn(told.get(title)).content[0]!.text.split("\n")).toEqual(text)
  })
})

const expected = (host: Host, one: Call): unknown =>
  differencesIn(host, one).reduce((value, { cases, change }) => {
    if (cases === "every result" && !Object.hasOwn(value as object, "result")) return value
    return change(value as never)
  }, told.get(one.title))

describe.each(names.filter((name) => name !== reference))("%s", (host) => {
  it.each(ours)("$title", async (one) => {
    expect(alone(await one.run(wires.get(host)!))).toEqual(alone(expected(host, one)))
  })
})

const call = (wire: Wire, name: string, args: object, meta?: object): Promise<Message> =>
  wire.response(wire.ask("tools/call", { name, arguments: args, ...meta === undefined ? {} : { _meta: meta } }))

const problemOf = ({ result }: Message) => Meta.problem(result?.["_meta"] as never)
const structured = ({ result }: Message) => result?.["structuredContent"] as { readonly [key: string]: unknown }

const ended = (wire: Wire, id: string, status: string, check = "check_work") =>
  until("the end of a run", async () => structured(await call(wire, check, { id }))["status"] === status)

describe.each(names)("a run that goes on, %s", (host) => {
  const begun = async (id: string) => {
    const wire = wires.get(host)!
    const first = await call(wire, "work", { id: `${host} ${id}` })
    return { wire, first, id: `${host} ${id}` }
  }

  it("is in progress when the time of its call ends, and says when and how to ask again", async () => {
    const { first, id, wire } = await begun("late")
    const problem = problemOf(first)!
    expect(problem).toMatchObject({
      error: "InProgress",
      type: "in_progress",
      category: "transient",
      retry: { should_retry: true, retry_after_seconds: 2 },
      recovery_steps: [{ tool: "check_work", parameters: { id } }]
    })
    expect(resultIn(first).content[0]!.text).toContain("Error: in_progress (transient). Retry after 2 s.")
    expect(structured(await call(wire, "check_work", { id }))).toEqual({
      status: "in_progress",
      retry_after_seconds: 2
    })
    await call(wire, "release", { key: id })
    await ended(wire, id, "succeeded")
    const done = { done: ["first", "second", "third"], runs: 1 }
    expect(structured(await call(wire, "work", { id }))).toEqual(done)
    expect(structured(await call(wire, "check_work", { id }))).toEqual({ status: "succeeded", result: done })
  })

  it("does not end with the call that its client cancels, and nothing is sent of that", async () => {
    const wire = wires.get(host)!
    const id = `${host} cancelled`
    const asked = wire.ask("tools/call", { name: "quick_work", arguments: { id, note: "waits" } })
    await until("the run to begin", async () => problemOf(await call(wire, "check_quick_work", { id })) === undefined)
    wire.cancel(asked)
    await call(wire, "release", { key: id })
    await ended(wire, id, "succeeded", "check_quick_work")
    expect(wire.received.filter((message) => message.id === asked && message.result !== undefined)).toEqual([])
    expect(structured(await call(wire, "quick_work", { id, note: "waits" }))).toMatchObject({ runs: 1 })
  })

  it("is cancelled by its tool, once the activity that runs has ended", async () => {
    const { id, wire } = await begun("stopped")
    const cancelling = await call(wire, "cancel_work", { id })
    expect(structured(cancelling)).toEqual({ status: "in_progress", retry_after_seconds: 2 })
    await call(wire, "release", { key: id })
    await ended(wire, id, "cancelled")
    expect(problemOf(await call(wire, "work", { id }))).toMatchObject({ type: "invalid_state" })
  })

  it("is one for many callers at once", async () => {
    const wire = wires.get(host)!
    const id = `${host} many`
    const all = await Promise.all(Array.from({ length: 20 }, () => call(wire, "quick_work", { id, note: "" })))
    for (const one of all) expect(structured(one)).toEqual({ done: ["first", "second", "third"], runs: 1 })
    const other = await call(wire, "quick_work", { id, note: "another" })
    expect(problemOf(other)).toMatchObject({ type: "idempotency_conflict", retry: { should_retry: false } })
  })

  it("tells of its activities to who asked, in order, and to nobody else", async () => {
    const wire = wires.get(host)!
    const token = `${host} told`
    const silent = await call(wire, "quick_work", { id: `${host} silent`, note: "" })
    const answer = await call(wire, "quick_work", { id: token, note: "" }, { progressToken: token })
    expect([structured(silent)["runs"], structured(answer)["runs"]]).toEqual([1, 1])
    const progress = wire.received.filter(({ method }) => method === "notifications/progress").map(({ params }) =>
      params!
    )
    expect(new Set(progress.map(({ progressToken }) => progressToken))).toEqual(new Set([token]))
    const numbers = progress.map(({ progress }) => Number(progress))
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
    expect(progress.map(({ message }) => message)).toEqual(
      ["first", "second", "third"].flatMap((name) => [`${name}: started`, `${name}: done`])
    )
  })
})
