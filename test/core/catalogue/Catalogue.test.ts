import * as Batch from "@errata/core/Batch"
import * as Catalogue from "@errata/core/Catalogue"
import * as Errors from "@errata/core/Errors"
import * as ErrorType from "@errata/core/ErrorType"
import * as Problem from "@errata/core/Problem"
import * as Redaction from "@errata/core/Redaction"
import type { ReferenceId } from "@errata/core/ReferenceId"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"

class Full extends ToolError.Permanent<Full>()("Full", {
  shelf: Schema.String,
  used: Schema.Finite,
  books: Schema.Array(Schema.String),
  secret: Schema.optionalKey(Redaction.sensitive(Schema.String)),
  state: Schema.Literals(["open", "closed"])
}, {
  type: ErrorType.make("shelf_full", {
    title: "Shelf full",
    resolvedBy: "user",
    advice: "Retry only after this is resolved."
  }),
  when: "The shelf holds as much as it can",
  message: (e) => `Shelf ${e.shelf} is ${e.state} and holds ${e.used} books, ${e.books.join(", ")}`,
  suggestion: (e) => `Empty ${e.shelf}`
}) {}

class Broken extends ToolError.Transient<Broken>()("Broken", { at: Schema.Date }, {
  type: "unavailable",
  message: (e) => `Broken at ${e.at.toISOString()}`,
  suggestion: (e) => e.at.toISOString()
}) {}

const list = Tool.make("list_shelves", { description: "Lists the shelves.", safety: "read" })
const put = Tool.make("put_book", {
  description: "Puts a book on a shelf.",
  input: { shelf: Schema.String, book: Schema.String },
  errors: [Full, Broken, Errors.RateLimited],
  title: "Put a book"
})
const marked = Tool.make("marked", { description: "d", errors: [Broken], effects: "marked" })
const keyed = Tool.make("keyed", {
  description: "d",
  input: { key: Schema.String },
  output: Batch.Report(Schema.String),
  safety: "keyed",
  keyed: "key"
})
const guides = [
  Tool.guide([put], {
    Full: (e) => [
      Tool.step(list, {}, { action: "List the shelves" }),
      Tool.step(put, { shelf: e.shelf }, { action: "Put it there", fill: ["book"] })
    ],
    Broken: (e) => [{ action: e.at.toISOString() }]
  })
]

const errorsOf = (tool: Tool.Any, options?: Catalogue.Options) => {
  const [of] = Catalogue.of([tool], options).tools
  return Object.fromEntries(of!.errors.map((entry) => [entry.error, entry]))
}

describe("a catalogue", () => {
  it("says of each declared error all that its declaration says", () => {
    expect(errorsOf(put, { guides })["Full"]).toEqual({
      error: "Full",
      type: "shelf_full",
      title: "Shelf full",
      category: "permanent",
      when: "The shelf holds as much as it can",
      message: "Shelf <shelf> is open and holds <used> books, <book>",
      resolved_by: "user",
      advice: "Check that it did not take effect. Retry only after the user has resolved this.",
      suggestion: "Empty <shelf>",
      steps: [
        { action: "List the shelves", tool: "list_shelves", parameters: {} },
        { action: "Put it there", tool: "put_book", parameters: { shelf: "<shelf>" }, fill: ["book"] }
      ],
      details: {
        type: "object",
        properties: {
          shelf: { type: "string" },
          used: { type: "number" },
          books: { type: "array", items: { type: "string" } },
          state: { type: "string", enum: ["open", "closed"] }
        },
        required: ["shelf", "used", "books", "state"]
      },
      origin: "declared"
    })
  })

  it("goes without what cannot be made up", () => {
    const { Broken } = errorsOf(put, { guides })
    expect(Broken).toMatchObject({ message: "Unavailable.", type_if_open: "outcome_unknown" })
    expect(Broken).not.toHaveProperty("suggestion")
    expect(Broken).not.toHaveProperty("steps")
  })

  it("gives the advice that replies give: calm, open, and both where effects are marked", () => {
    expect(errorsOf(put)["Broken"]!.advice).toBe("Do not retry: the call may have taken effect. Check first.")
    expect(errorsOf(put)["Broken"]).not.toHaveProperty("advice_if_open")
    expect(errorsOf(marked)["Broken"]).toMatchObject({
      advice: "Retry later.",
      advice_if_open: "Do not retry: the call may have taken effect. Check first.",
      type_if_open: "outcome_unknown"
    })
    for (const tool of [put, marked]) {
      for (const [Class, entry] of tool.errors.map((Class) => [Class, errorsOf(tool)[Class.identifier]!] as const)) {
        if (Class.identifier !== "RateLimited") continue
        const error = new Errors.RateLimited({ service: "It" })
        const say = (isOpen: boolean) =>
          Problem.describe(error, { safety: "once", started: true, isOpen, referenceId: "00000000" as ReferenceId })
            .advice
        expect(entry.advice).toBe(say(tool === put))
        expect(entry.advice_if_open ?? entry.advice).toBe(say(true))
      }
    }
  })

  it("has the adapter's own errors of every tool, and those of keys and batches where they can happen", () => {
    const always = ["InvalidArguments", "TooLarge", "Timeout", "InternalError"]
    expect(Object.keys(errorsOf(list))).toEqual(always)
    const all = Object.values(errorsOf(keyed))
    expect(all.map(({ error }) => error).toSorted()).toEqual([
      ...always,
      "IdempotencyConflict",
      "InProgress",
      "OutcomeUnknown",
      "Unavailable",
      "ProcessingError",
      "BatchFailed"
    ].toSorted())
    for (const { advice, message, origin, when } of all) {
      expect(origin).toBe("adapter")
      expect(when).toMatch(/^[A-Z].*[^.]$/)
      expect(message).not.toMatch(/undefined|71\d{3}/)
      expect(advice).not.toBe("")
    }
    expect(errorsOf(put)["InvalidArguments"]!.advice).toBe("Correct the arguments and call again.")
  })

  it("names an error once where a tool declares one of the adapter's own", () => {
    const both = Tool.make("both", { description: "d", errors: [Errors.Timeout] })
    expect(errorsOf(both)["Timeout"]!.origin).toBe("declared")
    expect(Object.keys(errorsOf(both)).filter((tag) => tag === "Timeout")).toHaveLength(1)
  })

  it("says of every stock error when it happens and what it says", () => {
    const classes = (Object.values(Errors) as ReadonlyArray<unknown>).filter((it) =>
      typeof it === "function" && "identifier" in it
    )
    expect(classes.length).toBeGreaterThan(20)
    const all = Object.values(
      errorsOf(Tool.make("all", { description: "d", errors: classes as never, safety: "read" }))
    )
    for (const { error, message, when } of all) {
      expect([error, when]).toEqual([error, expect.stringMatching(/^[A-Z].*[^.]$/)])
      expect([error, message]).toEqual([error, expect.not.stringMatching(/undefined|71\d{3}/)])
    }
  })

  it("goes over JSON unchanged", () => {
    const catalogue = Catalogue.of([put, list, keyed, marked], { guides })
    expect(JSON.parse(JSON.stringify(catalogue))).toEqual(catalogue)
  })
})

describe("its Markdown", () => {
  it("has a table for each tool, and one for all", () => {
    const text = Catalogue.toMarkdown(Catalogue.of([put, list], { guides }))
    expect(text).toContain("## `put_book`\n\nPut a book. Safety: `once`.\n\n| error | type |")
    expect(text).toContain("| `Full` | `shelf_full` (permanent) | The shelf holds as much as it can |")
    expect(text).toContain("## `list_shelves`\n\nSafety: `read`.\n\nIt declares no errors.")
    expect(text.match(/## Errors of every tool/g)).toHaveLength(1)
    expect(text.match(/\| `InvalidArguments` \|/g)).toHaveLength(1)
  })

  it("keeps whatever a class says in its cell", () => {
    class Hostile extends ToolError.Permanent<Hostile>()("Hostile", {}, {
      type: "conflict",
      when: "a | b\n| c | `d` <script>",
      message: () => "# no\n## `forged`",
      suggestion: "[x](javascript:y)",
      steps: [{ action: "a|b", tool: "`t`", parameters: { "|": "\n" } }]
    }) {}
    const text = Catalogue.toMarkdown(Catalogue.of([Tool.make("it", { description: "d", errors: [Hostile] })]))
    const row = text.split("\n").find((line) => line.includes("`Hostile`"))!
    expect(row.match(/(?<!\\)\|/g)).toHaveLength(8)
    expect(row).not.toContain("<script>")
    expect(row).not.toContain("[x](")
    expect(text.match(/^## /gm)).toHaveLength(2)
  })
})

describe("comparing", () => {
  const catalogue = Catalogue.of([put, marked])

  it("finds what was declared and not seen, and what was seen and not declared, each once", () => {
    const difference = Catalogue.compare(catalogue, [
      { tool: "put_book", error: "Full" },
      { tool: "put_book", error: "Stranger" },
      { tool: "put_book", error: "Stranger" },
      { tool: "put_book", error: "Timeout" },
      { tool: "elsewhere", error: "Whatever" }
    ])
    expect(difference).toEqual({
      unseen: [
        { tool: "put_book", error: "Broken" },
        { tool: "put_book", error: "RateLimited" },
        { tool: "marked", error: "Broken" }
      ],
      undeclared: [{ tool: "put_book", error: "Stranger" }]
    })
  })

  it("takes errors of items for seen, and for no errors of the call", () => {
    const items = [{ tool: "put_book", error: "Full", isItem: true }, {
      tool: "put_book",
      error: "Stranger",
      isItem: true
    }]
    const { undeclared, unseen } = Catalogue.compare(catalogue, items)
    expect(unseen).not.toContainEqual({ tool: "put_book", error: "Full" })
    expect(undeclared).toEqual([])
    for (
      const both of [[...items, { tool: "put_book", error: "Stranger" }], [
        { tool: "put_book", error: "Stranger" },
        ...items
      ]]
    ) {
      expect(Catalogue.compare(catalogue, both).undeclared).toHaveLength(1)
    }
  })
})

describe("its compact form", () => {
  it("holds what is declared, without schemas and sentences", () => {
    expect(Catalogue.compact(Catalogue.of([put], { guides }).tools[0]!)).toEqual([
      {
        error: "Full",
        type: "shelf_full",
        category: "permanent",
        when: "The shelf holds as much as it can",
        resolved_by: "user"
      },
      { error: "Broken", type: "unavailable", category: "transient", resolved_by: "model" },
      {
        error: "RateLimited",
        type: "rate_limited",
        category: "transient",
        when: expect.any(String),
        resolved_by: "model"
      }
    ])
  })
})
