/**
 * One contract for every host: the same tool gives the same result, whoever serves it, but for the differences that are named.
 *
 * SDK 1.x in memory is the reference. What it answers is checked by itself, and then held against every other host.
 */
import { readFileSync } from "node:fs"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { takeStderr } from "../support/stderr.ts"
import { type Case, cases, closedStream, type Start, starts } from "./cases.ts"
import { differences, differencesIn } from "./differences.ts"
import { connect, type Host, names, reference } from "./servers.ts"
import { defects, stock } from "./tools.ts"
import type { Wire } from "./Wire.ts"

const begin = async (host: Host, { kind, run }: Start): Promise<unknown> => {
  const restore = takeStderr() // they have no logger of their own
  const wire = await connect(host, kind).catch(() => undefined)
  try {
    return wire === undefined ? "does not start" : await run(wire)
  } finally {
    await wire?.close()
    restore()
  }
}

const known = new Map<string, unknown>()

const httpReference: Host = "SDK 1.x, HTTP"

beforeAll(async () => {
  const wire = await connect(reference)
  for (const { run, title } of cases) known.set(title, await run(wire))
  await wire.close()
  for (const start of starts) known.set(start.title, await begin(reference, start))
  const http = await connect(httpReference)
  known.set(closedStream.title, await closedStream.run(http))
  await http.close()
})

/** What a host must answer: what the reference did, but for its differences, each of which must be one. */
const expected = (host: Host, one: Case): unknown =>
  differencesIn(host, one).reduce((value, { cases, change, what }) => {
    if (cases === "every result" && !Object.hasOwn(value as object, "result")) return value
    const changed = change(value as never)
    expect(changed, `no difference any more: ${what}`).not.toEqual(value)
    return changed
  }, known.get(one.title))

describe.each(names.filter((name) => name !== reference))("%s", (host) => {
  let wire: Wire
  beforeAll(async () => {
    wire = await connect(host)
  })
  afterAll(() => wire.close())

  it.each(cases)("$title", async (one) => {
    expect(await one.run(wire)).toEqual(expected(host, one))
  })

  it.each(starts)("$title", async (start) => {
    expect(await begin(host, start)).toEqual(expected(host, start))
  })
})

describe.each(names.filter((name) => name.includes("HTTP") && name !== httpReference))("%s", (host) => {
  it(closedStream.title, async () => {
    const wire = await connect(host)
    expect(await closedStream.run(wire)).toEqual(expected(host, closedStream))
    await wire.close()
  })
})

interface Answer {
  readonly result: {
    readonly isError?: boolean
    readonly content: ReadonlyArray<{ readonly text: string }>
    readonly structuredContent?: { readonly [name: string]: unknown }
    readonly _meta?: {
      readonly "errata/problem"?: { readonly [name: string]: unknown }
      readonly "errata/call"?: { readonly [name: string]: unknown }
    }
  }
}

const answerTo = (title: string): Answer["result"] => (known.get(title) as Answer).result
const problemIn = (title: string) => answerTo(title)._meta?.["errata/problem"]

describe("the reference", () => {
  it("takes arguments as they were meant, says so, and answers what is no object as it answers the rest", () => {
    const repaired = answerTo("arguments: JSON as text, null, and a host's own")
    expect(repaired.structuredContent).toEqual({ lines: 1 })
    expect(repaired._meta?.["errata/call"]).toMatchObject({
      repaired: ["customer: text to object", "lines[0].count: text to number", "at: null to absent"],
      dropped: ["wait_for_previous"]
    })
    const lines = (title: string) =>
      answerTo(title).content[0]!.text.split("\n").filter((line) => line.startsWith("- "))
    expect(lines("arguments: repaired, and wrong still")).toEqual([
      "- customer.name: Required.",
      "- customer.Name: Unknown argument; did you mean \"name\"?"
    ])
    expect(lines("arguments: null")).toEqual(["- customer: Required.", "- lines: Required."])
    expect(lines("arguments: an array")).toEqual(["- (arguments): Expected object, got array."])
    expect(lines("arguments: a string")).toEqual(["- (arguments): Expected object, got text."])
    expect(known.get("unknown tool: a name that is near")).toBe("-32602: order")
  })

  it.each(Object.keys(stock))("tells of a stock error: %s", (tag) => {
    for (const title of [`stock error: ${tag}`, `stock error after it may have taken effect: ${tag}`]) {
      const { content: [block], ...rest } = answerTo(title)
      expect(rest).toMatchObject({ isError: true, _meta: { "errata/problem": { error: tag } } })
      expect(rest.structuredContent).toBeUndefined()
      expect(block!.text.split("\n")[1]).toMatch(/^Error: [a-z_]+ \((transient|permanent|validation)\)\. \S/)
      expect(block!.text).toMatch(/\nReference: <reference>$/)
    }
  })

  it("advises nobody to repeat what may have taken effect", () => {
    expect(problemIn("stock error: Unavailable")).toMatchObject({ retry: { should_retry: true } })
    expect(problemIn("stock error after it may have taken effect: Unavailable")).toMatchObject({
      type: "outcome_unknown",
      retry: { should_retry: false }
    })
  })

  it.each(defects.filter((way) => !way.startsWith("finalizer")))("masks a defect: %s", (way) => {
    expect(answerTo(`defect: ${way}`).content).toEqual([{
      type: "text",
      text:
        "The tool failed unexpectedly.\nError: internal_error (permanent). Do not retry. Report the reference.\nReference: <reference>"
    }])
  })

  it("keeps an answer when a finalizer dies", () => {
    expect(answerTo("defect: finalizer")).toEqual({
      content: [{ type: "text", text: "{\"ok\":true}" }],
      structuredContent: { ok: true }
    })
    expect(problemIn("defect: finalizer_after_error")).toMatchObject({ error: "Conflict" })
  })

  it("names every issue", () => {
    const issues = problemIn("validation: nested issues and unknown arguments")!["issues"] as ReadonlyArray<
      { readonly path: ReadonlyArray<string | number> }
    >
    expect(issues.map(({ path }) => path.join("."))).toEqual([
      "custmer",
      "customer.name",
      "customer.age",
      "lines.1.item",
      "lines.1.count",
      "lines.2.item",
      "lines.2.count",
      "at"
    ])
  })

  it.each([
    ["batch: partial", undefined, "partial"],
    ["batch: failed", true, "failed"],
    ["batch: empty", undefined, "success"]
  ])("reports a batch: %s", (title, isError, status) => {
    expect(answerTo(title)).toMatchObject({ structuredContent: { status } })
    expect(answerTo(title).isError).toBe(isError)
  })

  it.each([
    ["progress: told once, while another call runs", { told: 4, other: { result: "released" } }],
    ["progress: none without a token", 0],
    ["timeout: with a progress token it comes later", { other: "timeout", patient: { result: "released" } }],
    ["cancel: interrupted, finalized, and nothing is sent afterwards", {
      events: ["started", "interrupted", "finalized"],
      answers: 0,
      late: 0,
      fromTheFinalizer: 0
    }],
    ["cancel: the request with the id 0", { result: "released" }],
    ["two calls at once: each gets its own answer", [{ name: "one", met: 2 }, "internal_error"]],
    ["who calls", { trace_id: null, note: null, client: { id: "ada", scopes: ["read"], token: "a token" } }],
    ["after all that the server is well", { strange: [], answer: { value: "well" } }],
    ["services that cannot be built", ["internal_error", "internal_error"]],
    ["a tool named constructor", "does not start"],
    ["a closed stream", "goes on"]
  ])("%s", (title, observed) => {
    expect(known.get(title)).toEqual(observed)
  })

  it("tells of progress, and of retries", () => {
    const steps = known.get("progress: the same steps, all before the answer") as ReadonlyArray<object>
    expect(steps).toMatchObject([
      { progress: 1, total: 3 },
      { progress: 2, message: "two of three" },
      { progress: 3, message: "again" },
      { progress: 4 },
      { result: "done" }
    ])
    expect(known.get("a retried call: progress, and errata/call")).toMatchObject({
      told: { attempts: 3 },
      progress: [{ message: "attempt 2 of 4" }, { message: "attempt 3 of 4" }],
      result: { attempt: 3 }
    })
  })

  it("lets no secret out", () => {
    expect(JSON.stringify([...known.values()])).not.toMatch(/hunter2|postgres/)
  })
})

describe("the table of differences", () => {
  it("names only cases that there are", () => {
    const titles = [...cases, ...starts, closedStream].map(({ title }) => title)
    expect(new Set(titles).size).toBe(titles.length)
    for (const difference of differences) {
      expect(difference.hosts.length).toBeGreaterThan(0)
      if (difference.cases !== "every result") expect(titles).toEqual(expect.arrayContaining([...difference.cases]))
    }
  })

  it("stands in the guide", () => {
    const guide = readFileSync(new URL("../../docs/guides/hosts.md", import.meta.url), "utf8")
    const rows = guide.split("\n").filter((line) => line.startsWith("| ")).map((line) =>
      line.slice(2, -2).split(" | ").map((cell) => cell.trim())
    )
    const start = rows.findIndex(([first]) => first === "what") + 1
    expect(rows.slice(start, start + differences.length)).toEqual(
      differences.map(({ hosts, instead, there, what }) => [what, there, inWords(hosts), instead])
    )
  })
})

/** The hosts of a difference as the guide calls them: a whole family by its name. */
const inWords = (hosts: ReadonlyArray<Host>): string => {
  const families = [...new Set(names.map((name) => /^(SDK \d\.x|effect)/.exec(name)![0]))]
  const whole = families.filter((family) => names.every((name) => !name.startsWith(family) || hosts.includes(name)))
  const rest = hosts.filter((host) => !whole.some((family) => host.startsWith(family)))
  if (rest.length > 0 && rest.every((host) => host.includes("2026-07-28"))) return "2026-07-28"
  return [...rest, ...whole].join("; ")
}
