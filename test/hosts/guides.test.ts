/** Guides on every host: which steps a reply tells, which are left out, and what registration refuses. */
import * as Arguments from "@errata/core/Arguments"
import * as Batch from "@errata/core/Batch"
import type { RecoveryStep } from "@errata/core/RecoveryStep"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import type * as Handler from "@errata/mcp-adapter/Handler"
import { prepare as prepare1 } from "@errata/mcp-adapter/sdk"
import { prepare as prepare2, register as register2 } from "@errata/mcp-adapter/server"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import { McpServer as McpServer2 } from "@modelcontextprotocol/server"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { hosts } from "./hosts.ts"

class AppNotFound extends ToolError.Permanent<AppNotFound>()("AppNotFound", { app_name: Schema.String }, {
  type: "not_found",
  message: (e) => `Application ${e.app_name} not found`,
  when: "No application has this name",
  steps: [{ action: "Look at the catalogue" }]
}) {}

const Environment = Schema.Literals(["staging", "production"])
const listApps = Tool.make("list_apps", { description: "Lists.", output: Schema.Array(Schema.String), safety: "read" })
const deploy = Tool.make("deploy", {
  description: "Deploys.",
  input: { app_name: Schema.String, environment: Environment, raises: Schema.optionalKey(Schema.Boolean) },
  errors: [AppNotFound]
})
const stop = Tool.make("stop", { description: "Stops.", input: { app_name: Schema.String }, errors: [AppNotFound] })
const stopAll = Tool.make("stop_all", {
  description: "Stops some.",
  input: { app_names: Schema.Array(Schema.String) },
  output: Batch.Report(Schema.String),
  errors: [AppNotFound],
  safety: "idempotent"
})
const other = Tool.make("other", { description: "Is registered by other code.", input: { id: Schema.String } })

const guides = [
  Tool.guide([deploy], {
    AppNotFound: (error) => [
      Tool.step(listApps, {}, { action: `List what is there beside ${error.app_name}` }),
      Tool.step(deploy, { environment: "staging" }, { action: "Deploy the one that was meant", fill: ["app_name"] })
    ]
  }),
  Tool.guide([stop, stopAll], { AppNotFound: [Tool.step(listApps, {}, { action: "See what runs" })] })
]

const gone = (app_name: string) => Effect.fail(new AppNotFound({ app_name }))
const raised: ReadonlyArray<RecoveryStep> = [Tool.step(stop, { app_name: "a" }, { action: "Stop a" })]

const tools = [
  Tool.handle(listApps, () => Effect.succeed(["a", "b"])),
  Tool.handle(deploy, ({ app_name, raises }) =>
    raises === true
      ? Effect.fail(ToolError.withGuidance(new AppNotFound({ app_name }), { steps: raised }))
      : gone(app_name)),
  Tool.handle(stop, ({ app_name }) => gone(app_name)),
  Tool.handle(
    stopAll,
    ({ app_names }) => Batch.forEach(app_names, (name) => name === "a" ? Effect.succeed(name) : gone(name))
  )
]

/** Steps of an error that is not known when tools are registered. */
const told = (steps: ReadonlyArray<RecoveryStep>) => (error: unknown): ReadonlyArray<RecoveryStep> =>
  error === undefined ? [] : steps

const textOf = (result: unknown): string => {
  const [block] = (result as { readonly content: ReadonlyArray<{ readonly text: string }> }).content
  return block!.text
}
const stepsOf = (text: string): ReadonlyArray<string> => text.split("\n").filter((line) => /^\d+\. /.test(line))
const staging = { environment: "staging" }

describe.each(hosts)("%s", (_, connect) => {
  const withTools = async <A>(
    options: Handler.Options,
    f: (call: (tool: string, args: Record<string, unknown>) => Promise<unknown>) => Promise<A>,
    served: ReadonlyArray<Tool.Handled> = tools
  ): Promise<A> => {
    const { call, close } = await connect(served, { logsCalls: false, ...options })
    try {
      return await f(call)
    } finally {
      await close()
    }
  }

  it("tells one error's steps as the tool's guide has them", () =>
    withTools({ guides }, async (call) => {
      expect(stepsOf(textOf(await call("deploy", { app_name: "x", ...staging })))).toEqual([
        "1. List what is there beside x: list_apps {}",
        "2. Deploy the one that was meant: deploy {\"environment\":\"staging\"} (fill in: app_name)"
      ])
      expect(stepsOf(textOf(await call("stop", { app_name: "x" })))).toEqual(["1. See what runs: list_apps {}"])
    }))

  it("tells an item's steps too", () =>
    withTools({ guides }, async (call) => {
      const { structuredContent } = await call("stop_all", { app_names: ["a", "x"] }) as {
        readonly structuredContent: { readonly errors: ReadonlyArray<{ readonly recovery_steps: unknown }> }
      }
      expect(structuredContent.errors[0]?.recovery_steps).toEqual([
        { step: 1, action: "See what runs", tool: "list_apps", parameters: {} }
      ])
    }))

  it("lets steps of the error itself win, and the class's be the last resort", () =>
    withTools({ guides: guides.slice(1) }, async (call) => {
      const raising = await call("deploy", { app_name: "x", ...staging, raises: true })
      expect(stepsOf(textOf(raising))).toEqual(["1. Stop a: stop {\"app_name\":\"a\"}"])
      expect(stepsOf(textOf(await call("deploy", { app_name: "x", ...staging })))).toEqual(["1. Look at the catalogue"])
    }))

  it("leaves out what cannot be followed, wherever it comes from", () => {
    const wrong: ReadonlyArray<RecoveryStep> = [
      { action: "Call what is not there", tool: "nothing" },
      {
        action: "Call what takes something else",
        tool: "deploy",
        parameters: { environment: "moon" },
        fill: ["app_name"]
      },
      { action: "Fill in what it does not take", tool: "stop", fill: ["app_nme"] },
      { action: "Give what it does not take", tool: "stop", parameters: { app_name: "a", by: "me" } },
      { action: "Leave out what it needs", tool: "stop", parameters: {} },
      Tool.step(other, { id: "1" }, { action: "Call what is not registered" }),
      { action: "Choose", options: [{ action: "No", tool: "nothing" }] },
      {
        action: "Choose among these",
        options: [{ action: "No", tool: "nothing" }, { action: "Yes", tool: "list_apps" }, { action: "Ask a person" }]
      }
    ]
    return withTools({ guides: [Tool.guide([deploy], { AppNotFound: told(wrong) })] }, async (call) => {
      const text = textOf(await call("deploy", { app_name: "x", ...staging }))
      expect(text.slice(text.indexOf("Next steps"), text.indexOf("Reference"))).toBe(
        "Next steps:\n1. Choose among these\n   a. Yes: list_apps {}\n   b. Ask a person\n"
      )
    })
  })

  it("answers without steps where the guide throws", () => {
    const throwing = Tool.guide([deploy], {
      AppNotFound: (error) => {
        throw new Error(`postgres://admin:hunter2@db/${error.app_name}`)
      }
    })
    return withTools({ guides: [throwing] }, async (call) => {
      const text = textOf(await call("deploy", { app_name: "x", ...staging }))
      expect(text).toContain("Application x not found.\nError: not_found")
      expect(stepsOf(text)).toEqual(["1. Look at the catalogue"])
      expect(text).not.toContain("hunter2")
    })
  })

  it("guides arguments that are wrong, though no tool declares that", () => {
    const both = Tool.guide([deploy], {
      InvalidArguments: ({ issues }) => [{ action: `Mend ${issues.length}` }],
      Timeout: [{ action: "Wait" }]
    })
    return withTools({ guides: [both] }, async (call) => {
      expect(stepsOf(textOf(await call("deploy", { app_name: 7 })))).toEqual(["1. Mend 1"])
    })
  })

  it.each<[string, ReadonlyArray<Tool.Guide>, RegExp]>([
    [
      "a step by name",
      [Tool.guide([deploy], { AppNotFound: () => [{ action: "List", tool: "lst_apps" }] })],
      /^The guide for deploy, AppNotFound: a step calls lst_apps, which is not registered: register it before/
    ],
    [
      "a step to a definition",
      [Tool.guide([deploy], { AppNotFound: [Tool.step(other, { id: "1" }, { action: "Call it" })] })],
      /^The guide for deploy, AppNotFound: a step calls other, which is not registered/
    ],
    [
      "an option",
      [Tool.guide([deploy], { AppNotFound: [{ action: "Choose", options: [{ action: "A", tool: "nothing" }] }] })],
      /AppNotFound: a step calls nothing, which is not registered/
    ],
    ["a guide", [Tool.guide([other], { Timeout: [] })], /^A guide is for other, which is not registered/],
    [
      "parameters",
      [Tool.guide([deploy], { AppNotFound: [{ action: "Stop", tool: "stop", parameters: { app: "a" } }] })],
      /^The guide for deploy, AppNotFound: the step "Stop" calls stop with parameters that do not fit: app: Unknown/
    ],
    ["what is no guide", [{} as never], /`guides` is a list of what Tool.guide makes/]
  ])("refuses at registration: %s", async (_, guides, sentence) => {
    await expect(withTools({ guides }, async () => undefined)).rejects.toThrow(sentence)
  })

  it("refuses the step of a class to what is not there", async () => {
    class Gone extends ToolError.Permanent<Gone>()("Gone", {}, {
      type: "not_found",
      message: () => "Gone",
      steps: () => [{ action: "List", tool: "nothing" }]
    }) {}
    const fails = Tool.make("fails", { description: "Fails.", errors: [Gone] })
    const served = [Tool.handle(fails, () => Effect.fail(new Gone({})))]
    await expect(withTools({}, async () => undefined, served)).rejects.toThrow(
      /^The class Gone, which fails declares: a step calls nothing, which is not registered/
    )
  })

  it("refuses the step of a field to what is not there", async () => {
    const field = Schema.String.pipe(Arguments.steps(() => [{ action: "List", tool: "nothing" }]))
    const reads = Tool.make("reads", {
      description: "Reads.",
      input: { of: Schema.Array(Schema.Struct({ id: field })) }
    })
    await expect(withTools({}, async () => undefined, [Tool.handle(reads, () => Effect.void)])).rejects.toThrow(
      /^A field of reads: a step calls nothing, which is not registered/
    )
  })

  it("takes the name of what is registered later, and tells no step to it before", () =>
    withTools(
      {
        otherTools: ["other"],
        guides: [Tool.guide([stop], { AppNotFound: [Tool.step(other, { id: "1" }, { action: "Call it" })] })]
      },
      async (call) => {
        expect(stepsOf(textOf(await call("stop", { app_name: "x" })))).toEqual([])
      }
    ))
})

const info = { name: "guides", version: "1.0.0" }
const byHand = [Tool.guide([stop], { AppNotFound: () => [{ action: "Look", tool: "by_hand" }] })]

type Registered = { readonly callback?: unknown; readonly handler?: unknown }

describe("a server of an SDK", () => {
  it("lists tools that are registered by hand: steps may call them, as long as they are enabled", async () => {
    const server = new McpServer2(info)
    const tool = server.registerTool("by_hand", { description: "Is there." }, () => ({ content: [] }))
    const registered = register2(server, tools, { guides: byHand, logsCalls: false })
    const call = async () => {
      const found = registered[2] as unknown as Registered
      const run = (found.handler ?? found.callback) as (args: unknown, context: unknown) => unknown
      return textOf(await run({ app_name: "x" }, {}))
    }
    expect(stepsOf(await call())).toEqual(["1. Look: by_hand {}"])
    tool.disable()
    expect(stepsOf(await call())).toEqual([])
  })

  it.each([
    ["1.x", () => prepare1(tools, { guides: byHand }), () => new McpServer1(info)],
    ["2.x", () => prepare2(tools, { guides: byHand }), () => new McpServer2(info)]
  ])("refuses prepared tools whose steps it does not list: %s", (_, prepare, fresh) => {
    const addTools = prepare() as (server: unknown) => unknown
    expect(() => addTools(fresh())).toThrow(/^The guide for stop, AppNotFound: a step calls by_hand, which is not/)
    const server = fresh() as McpServer2
    server.registerTool("by_hand", { description: "Is there." }, () => ({ content: [] }) as never)
    expect(() => addTools(server)).not.toThrow()
  })
})
