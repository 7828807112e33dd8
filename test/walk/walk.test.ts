/**
 * The walk itself: what its client does with the words of a reply, what it checks, and where it ends.
 */
import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import * as RecoveryStep from "@errata/core/RecoveryStep"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import { toMarkdown, walk } from "@errata/mcp-adapter/walk"
import type * as Walk from "@errata/mcp-adapter/walk"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { hosts } from "./servers/stage.ts"

const names = ["ada", "grace"]

const listUsers = Tool.make("list_users", {
  description: "Lists.",
  output: Schema.Array(Schema.String),
  safety: "read"
})

const getUser = Tool.make("get_user", {
  description: "Returns a user.",
  input: { user_id: Schema.String, format: Schema.optionalKey(Schema.Literals(["short", "long"])) },
  output: { name: Schema.String },
  errors: [Errors.NotFound, Errors.RateLimited, Errors.PermissionDenied],
  safety: "read"
})

const guidance: { current: ToolError.Guidance } = { current: {} }

const users = [
  Tool.handle(listUsers, () => Effect.succeed(names)),
  Tool.handle(getUser, ({ user_id }) =>
    names.includes(user_id)
      ? Effect.succeed({ name: user_id })
      : Effect.fail(
        ToolError.withGuidance(new Errors.NotFound({ resource: "User", id: user_id }), guidance.current)
      ))
]

const missed = async (
  given: ToolError.Guidance,
  more: Walk.Provocation = {},
  settings: Partial<Walk.Settings> = {}
): Promise<Walk.Row> => {
  guidance.current = given
  const provocation = { arguments: { user_id: "addaa" }, ...more }
  const { rows } = await walk({ tools: users, provoke: { get_user: { NotFound: provocation } }, ...settings })
  return rows[0]!
}

describe("the client", () => {
  it("takes an alternative", async () => {
    const { calls, checked, isFine, moves } = await missed({ similarMatches: ["ada"] })
    expect({ calls, checked, isFine }).toEqual({ calls: 1, checked: 1, isFine: true })
    expect(moves).toEqual([`did you mean: get_user {"user_id":"ada"}`])
  })

  it("follows steps in order, and then asks for what the user wants", async () => {
    const steps = [Tool.step(listUsers, {}, { action: "List the users" })]
    const row = await missed({ steps }, { intent: { user_id: "grace" } })
    expect(row.moves).toEqual([`List the users: list_users {}`, `then what was meant: get_user {"user_id":"grace"}`])
    expect(row.outcome).toBe("recovered")
  })

  it("fills in what the user knows, and stops where the user does not", async () => {
    const steps = [Tool.step(getUser, { format: "short" }, { action: "Get the one that is meant", fill: ["user_id"] })]
    const known = await missed({ steps }, { intent: { user_id: "ada" } })
    expect(known.moves).toEqual([`Get the one that is meant: get_user {"format":"short","user_id":"ada"}`])
    const unknown = await missed({
      steps: [Tool.step(getUser, { user_id: "ada" }, { action: "Get it", fill: ["format"] })]
    })
    expect(unknown.reasons.join()).toContain("the user did not say format for: Get it")
  })

  it("takes the option that the user chose, else the first", async () => {
    const choice = RecoveryStep.choice("Choose", [
      Tool.step(getUser, { user_id: "ada" }, { action: "Take Ada" }),
      Tool.step(getUser, { user_id: "grace" }, { action: "Take Grace" })
    ])
    expect((await missed({ steps: [choice] })).moves).toEqual([`Take Ada: get_user {"user_id":"ada"}`])
    const chosen = await missed({ steps: [choice] }, { choose: "Grace" })
    expect(chosen.moves).toEqual([`Take Grace: get_user {"user_id":"grace"}`])
  })

  it("corrects arguments as the issues say", async () => {
    const { rows } = await walk({
      tools: users,
      provoke: {
        get_user: {
          InvalidArguments: [
            { arguments: { user_id: "ada", format: "lnog" } },
            { arguments: { userId: "ada" } },
            { arguments: {}, intent: { user_id: "grace" } }
          ]
        }
      }
    })
    expect(rows.map(({ moves }) => moves[0])).toEqual([
      `corrected arguments: get_user {"user_id":"ada","format":"long"}`,
      `corrected arguments: get_user {"user_id":"ada"}`,
      `corrected arguments: get_user {"user_id":"grace"}`
    ])
  })

  it("finds the tool that was meant", async () => {
    const { rows } = await walk({
      tools: users,
      provoke: { get_usr: { UnknownTool: { arguments: { user_id: "ada" } } } }
    })
    expect(rows[0]).toMatchObject({ outcome: "recovered", moves: [`did you mean: get_user {"user_id":"ada"}`] })
  })

  it("waits as long as it is told, by the clock that it is given, and hands over what a person must do", async () => {
    let state: "busy" | "denied" | "free" = "busy"
    const handled = Tool.handle(getUser, ({ user_id }) =>
      state === "free"
        ? Effect.succeed({ name: user_id })
        : Effect.fail(
          state === "busy"
            ? new Errors.RateLimited({ service: "The register", retry_after_seconds: 3_600 })
            : new Errors.PermissionDenied({ action: "read", resource: "the register" })
        ))
    const waits: Array<number> = []
    const free = (): void => void (state = "free")
    const { isFine, rows } = await walk({
      tools: [handled],
      wait: (seconds) => {
        waits.push(seconds)
        free()
      },
      provoke: {
        get_user: {
          RateLimited: { arguments: { user_id: "ada" } },
          PermissionDenied: [
            { before: () => (state = "denied"), arguments: { user_id: "ada" }, meanwhile: free },
            { before: () => (state = "denied"), arguments: { user_id: "ada" }, ends: "handed over" }
          ]
        }
      }
    })
    expect(waits).toEqual([3_600])
    expect(rows.map(({ calls, outcome }) => [outcome, calls])).toEqual([["recovered", 1], ["recovered", 1], [
      "handed over",
      0
    ]])
    expect(isFine).toBe(true)
  })

  it("sends the items again that a batch names, corrected, and no others", async () => {
    const seen: Array<ReadonlyArray<string>> = []
    const getAll = Tool.make("get_all", {
      description: "Returns users.",
      input: { ids: Schema.Array(Schema.String) },
      output: Batch.Report(Schema.Struct({ name: Schema.String })),
      safety: "read"
    })
    let isBusy = true
    const find = (id: string): Effect.Effect<{ readonly name: string }, Errors.NotFound | Errors.Unavailable> => {
      if (id === "busy" && isBusy) return Effect.fail(new Errors.Unavailable({ service: "The register" }))
      if (id === "busy" || names.includes(id)) return Effect.succeed({ name: id })
      const error = new Errors.NotFound({ resource: "User", id })
      return Effect.fail(ToolError.withGuidance(error, { similarMatches: ["ada"] }))
    }
    const handled = Tool.handle(getAll, ({ ids }) => {
      seen.push(ids)
      isBusy = seen.length === 1
      return Batch.forEach(ids, find)
    })
    const provoke = (ids: ReadonlyArray<string>, error: string) =>
      walk({ tools: [handled], wait: () => undefined, provoke: { get_all: { [error]: { arguments: { ids } } } } })
    expect((await provoke(["grace", "busy"], "Unavailable")).rows[0]).toMatchObject({ outcome: "recovered", calls: 1 })
    expect(seen.at(-1)).toEqual(["busy"])
    expect((await provoke(["grace", "adda"], "NotFound")).rows[0]).toMatchObject({ outcome: "recovered", calls: 1 })
    expect(seen.at(-1)).toEqual(["ada"])
    expect((await provoke(["adda"], "NotFound")).rows[0]).toMatchObject({ outcome: "recovered", calls: 1 })
    expect(seen.at(-1)).toEqual(["ada"])
  })

  it("reads nothing but the text", async () => {
    const silent = await missed({ similarMatches: ["ada"] }, {}, { convert: () => "User addaa not found." })
    expect(silent).toMatchObject({ calls: 0, reasons: ["the text does not say that the call failed"] })
    const lost = await missed({ similarMatches: ["ada"] }, {}, { convert: () => "[ERROR] User addaa not found." })
    expect(lost).toMatchObject({ calls: 0, outcome: "lost", isFine: false })
  })

  it("reads the same out of what every host shows", async () => {
    guidance.current = {
      similarMatches: ["nobody"],
      steps: [
        Tool.step(listUsers, {}, { action: "List the users" }),
        Tool.step(getUser, { format: "short" }, { action: "Get the one that is meant", fill: ["user_id"] })
      ]
    }
    const { rows } = await walk({
      tools: users,
      convert: hosts,
      maxCalls: 3,
      provoke: {
        get_user: {
          NotFound: { arguments: { user_id: "say \"hi\"\n" }, intent: { user_id: "ada" } },
          InvalidArguments: { arguments: { user_id: "ada", format: "lnog" } }
        }
      }
    })
    const moves = new Set(rows.map(({ moves }) => JSON.stringify(moves)))
    expect(moves.size, [...moves].join("\n")).toBe(2)
    expect(rows.every(({ outcome }) => outcome === "recovered")).toBe(true)
  })
})

describe("a call that may have taken effect", () => {
  const sent: Array<string> = []
  const getLetter = Tool.make("get_letter", {
    description: "Tells whether a letter was sent.",
    input: { id: Schema.String },
    output: { sent: Schema.Boolean },
    safety: "read"
  })
  const sendLetter = Tool.make("send_letter", {
    description: "Sends a letter.",
    input: { id: Schema.String },
    errors: [Errors.Timeout],
    safety: "once"
  })
  const steps = [Tool.step(getLetter, { id: "7" }, { action: "Look whether it was sent" })]
  const tools = (error: () => Errors.Timeout) => [
    Tool.handle(getLetter, ({ id }) => Effect.succeed({ sent: sent.includes(id) })),
    Tool.handle(sendLetter, ({ id }) => {
      sent.push(id)
      return Effect.fail(error())
    })
  ]
  const timeout = () => new Errors.Timeout({ operation: "The letter" })
  const provoke = {
    send_letter: { Timeout: { arguments: { id: "7" }, effects: () => sent.length } }
  }

  it("is verified, and never repeated", async () => {
    const report = await walk({ tools: tools(() => ToolError.withGuidance(timeout(), { steps })), provoke })
    expect(report.rows[0]).toMatchObject({ outcome: "verified", calls: 1, isFine: true })
    expect(sent).toEqual(["7"])
  })

  it("leaves the client at a loss where no step verifies it", async () => {
    const report = await walk({ tools: tools(timeout), provoke })
    expect(report.rows[0]).toMatchObject({ outcome: "lost", calls: 0 })
  })

  it("is unsafe to obey where a text says to try again", async () => {
    const naive = (effects: Walk.Provocation["effects"]) =>
      walk({
        connection: {
          list: () => Promise.resolve([{ name: "send", inputSchema: { type: "object" } }]),
          call: (_, args) => {
            sent.push(String(args["id"]))
            return Promise.resolve({ isError: true, content: [{ type: "text", text: "Error: timed out, try again" }] })
          },
          close: () => Promise.resolve()
        },
        isOurs: false,
        wait: () => undefined,
        provoke: { send: { Timeout: { arguments: { id: "8" }, ...effects === undefined ? {} : { effects } } } }
      })
    const counted = await naive(() => sent.length)
    expect(counted.rows[0]).toMatchObject({ outcome: "unsafe", isFine: false })
    expect(counted.rows[0]!.reasons[0]).toMatch(/effects out of one$/)
    expect((await naive(undefined)).rows[0]!.reasons[0]).toMatch(/may not be repeated/)
  })
})

describe("a report", () => {
  it("names steps that cannot be taken, and alternatives that cannot be called", async () => {
    const { inputSchema } = { inputSchema: { type: "object", properties: { user_id: { type: "string" } } } }
    const text = `User adda not found.
Error: not_found (permanent). Do not retry with the same arguments.
Did you mean: nobody?
Next steps:
1. Call the janitor: get_janitor {}
2. Get another: get_user {"user_id":7} (fill in: shoe_size)
3. Cut in the middle: get_user {"user_id":
Reference: 00000000`
    const { rows: [row] } = await walk({
      connection: {
        list: () => Promise.resolve([{ name: "get_user", inputSchema, annotations: { readOnlyHint: true } }]),
        call: () => Promise.resolve({ isError: true, content: [{ type: "text", text }] }),
        close: () => Promise.resolve()
      },
      provoke: { get_user: { NotFound: { arguments: { user_id: "adda" }, intent: { shoe_size: 40 } } } }
    })
    const { isFine, reasons } = row!
    expect(isFine).toBe(false)
    expect(reasons).toContain("a step names get_janitor, which is not listed")
    expect(reasons).toContain("a step asks to fill in shoe_size, which get_user does not take")
    expect(reasons.join("\n")).toMatch(/the parameters of a step do not fit get_user: .*user_id/)
    expect(reasons).toContain(`a step cannot be read: Cut in the middle: get_user {"user_id":`)
    expect(reasons).toContain("the alternative nobody cannot be called")
  })

  it("names declared errors that were not provoked", async () => {
    const provoke = { get_user: { NotFound: { arguments: { user_id: "adda" } } } }
    guidance.current = { similarMatches: ["ada"] }
    const except = ["PermissionDenied"]
    const lenient = await walk({ tools: users, provoke, except })
    expect(lenient).toMatchObject({ isFine: true, missing: ["get_user: RateLimited"] })
    expect((await walk({ tools: users, provoke, except, requireAll: true })).isFine).toBe(false)
    expect(toMarkdown(lenient)).toBe(
      "| tool | error | outcome | calls | steps checked | remarks |\n| --- | --- | --- | --- | --- | --- |\n" +
        "| `get_user` | NotFound | recovered | 1 | 1 |  |\n\nNot provoked: get_user: RateLimited."
    )
  })

  it("takes the declared errors from the listing, where the server publishes them", async () => {
    const { missing } = await walk({
      connection: {
        list: () =>
          Promise.resolve([{
            name: "read",
            inputSchema: { type: "object" },
            _meta: { "errata/errors": [{ error: "NotFound" }, { error: "Unavailable" }, { nothing: true }] }
          }]),
        call: () => Promise.resolve({ content: [] }),
        close: () => Promise.resolve()
      },
      provoke: { read: { NotFound: {} } }
    })
    expect(missing).toEqual(["read: Unavailable"])
  })

  it("says where another error came, or none", async () => {
    const { rows } = await walk({
      tools: users,
      provoke: {
        get_user: { RateLimited: { arguments: { user_id: "x" } }, PermissionDenied: { arguments: { user_id: "ada" } } }
      }
    })
    expect(rows.map(({ outcome, reasons }) => [outcome, ...reasons])).toEqual([
      ["not provoked", "another error came: NotFound"],
      ["not provoked", "the call succeeded"]
    ])
  })

  it("misses the lines that a reply of ours has", async () => {
    const { rows } = await walk({
      connection: {
        list: () => Promise.resolve([{ name: "read", inputSchema: { type: "object" } }]),
        call: () => Promise.resolve({ isError: true, content: [{ type: "text", text: "it broke" }] }),
        close: () => Promise.resolve()
      },
      provoke: { read: { Broken: { ends: "told" } } }
    })
    expect(rows[0]!.reasons).toContain("the text has no `Error:` line")
    expect(rows[0]!.reasons).toContain("the text has no reference")
  })

  it("asks the world, where the provocation says how", async () => {
    const row = await missed({ similarMatches: ["ada"] }, { confirm: () => false })
    expect(row).toMatchObject({ isFine: false, reasons: ["the client takes it for done, and it is not"] })
  })

  it("tells results with less from whole ones by their text", async () => {
    let isStale = true
    const forecast = Tool.handle(
      Tool.make("forecast", { description: "Tells.", output: { stale: Schema.Boolean }, safety: "read" }),
      () => Effect.succeed({ stale: isStale })
    )
    const silent = (silent: RegExp) =>
      walk({
        tools: [forecast],
        provoke: {
          forecast: { Stale: { before: () => (isStale = true), after: () => (isStale = false), silent } }
        }
      })
    expect((await silent(/"stale":true/)).rows[0]).toMatchObject({ isFine: true, isSilent: true })
    expect((await silent(/stale/)).rows[0]!.reasons).toEqual(["a whole result says the same"])
    expect((await silent(/degraded/)).rows[0]!.reasons).toEqual(["the text does not say that something is missing"])
  })
})

describe("a hostile server", () => {
  const endless = (reply: (n: number) => string): Promise<Walk.Report> => {
    let n = 0
    return walk({
      connection: {
        list: () =>
          Promise.resolve([{ name: "loop", inputSchema: { type: "object" }, annotations: { readOnlyHint: true } }]),
        call: () => Promise.resolve({ isError: true, content: [{ type: "text", text: reply(n++) }] }),
        close: () => Promise.resolve()
      },
      isOurs: false,
      wait: () => undefined,
      provoke: { loop: { Endless: { arguments: { id: "x" } } } }
    })
  }
  const step = (json: string): string =>
    `Missing x.\nError: not_found (permanent). Do not retry with the same arguments.\nNext steps:\n1. Go on: loop ${json}\nReference: 00000000`

  it("of endless steps, of circles and of steps to itself comes to an end", async () => {
    const steps = await endless((n) => step(`{"n":${n}}`))
    expect(steps.rows[0]!.calls).toBeLessThanOrEqual(2)
    expect(steps.isFine).toBe(false)
    const itself = await endless(() => step(`{"id":"x"}`))
    expect(itself.rows[0]).toMatchObject({ calls: 0, outcome: "lost" })
    expect(itself.rows[0]!.reasons[0]).toContain("it leads in a circle: Go on")
    const circle = await endless((n) =>
      `Missing ${n % 2 === 0 ? "x" : "y"}.
Error: not_found (permanent). Do not retry with the same arguments.\nDid you mean: ${
        n % 2 === 0 ? "y" : "x"
      }?\nReference: 00000000`
    )
    expect(circle.rows[0]!.calls).toBe(1)
    const patient = await endless(() =>
      "Busy.\nError: unavailable (transient). Retry after 99999999 s.\nReference: 00000000"
    )
    expect(patient.rows[0]).toMatchObject({ calls: 2, outcome: "lost" })
  })

  it("of huge texts costs little", async () => {
    const huge = "{\"a\":[".repeat(200_000)
    const { rows } = await endless(() =>
      `${huge}\nError: not_found (permanent). Do not.\nDid you mean: ${"\\n- a: ".repeat(90_000)}?`
    )
    expect(rows[0]!.outcome).toBe("lost")
    expect(toMarkdown({ rows, missing: [], isFine: false }).length).toBeLessThan(2_000)
  })

  it("of texts that are made to be read again and again costs little", async () => {
    const texts = [
      "[ERROR] " + "Invalid ".repeat(25_000),
      "[ERROR] " + ": a: Invalid".repeat(15_000),
      "[ERROR] " + "did you mean: ".repeat(14_000),
      "[ERROR] " + "one of: ".repeat(24_000),
      "[ERROR] " + "Expected \"a\" | ".repeat(14_000),
      step(": a {".repeat(30_000)),
      step("{\"a\":".repeat(30_000)),
      `Error: ${"a".repeat(190_000)}`,
      "\\\\".repeat(90_000)
    ]
    for (const text of texts) expect((await endless(() => text)).rows[0]!.calls).toBeLessThanOrEqual(2)
  })

  it("that names what every object has is given nothing of it", async () => {
    const { rows } = await endless(() => step("{} (fill in: constructor)"))
    expect(rows[0]!.reasons).toContain("it should have recovered: the user did not say constructor for: Go on")
  })

  it("cannot make the report's table say something else", async () => {
    const { rows } = await endless(() =>
      "Broken | fine |\n| `x` | y | recovered |\nError: a (permanent). Stop | here\nReference: 00000000"
    )
    expect(toMarkdown({ rows, missing: [], isFine: false }).split("\n")).toHaveLength(3)
  })

  it("that never answers is left", async () => {
    const { rows } = await walk({
      connection: {
        list: () => Promise.resolve([{ name: "still", inputSchema: { type: "object" } }]),
        call: () => new Promise(() => {}),
        close: () => Promise.resolve()
      },
      isOurs: false,
      patience: "10 millis",
      provoke: { still: { Silence: {} } }
    })
    expect(rows[0]!.text).toBe("The server does not answer")
  })
})
