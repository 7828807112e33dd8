/** Every channel by which something leaves a server, and one secret that must be in none of them, on every host in memory. */
import { adoptServer } from "@errata/mcp-adapter/adopt"
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as ErrorReporter from "effect/ErrorReporter"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as Tracer from "effect/Tracer"
import { inspect } from "node:util"
import { beforeAll, describe, expect, it, vi } from "vitest"
import * as Wire from "../hosts/Wire.ts"
import { takeStderr } from "../support/stderr.ts"
import { hosts } from "./hosts.ts"
import { calls, existing, secret, tools, ways } from "./tools.ts"

/** The channels, and what of the calls goes through each. */
const channels = [
  "reply text",
  "structuredContent",
  "_meta",
  "log line",
  "span",
  "error reporter",
  "user's own logger",
  "progress",
  "batch key",
  "retry_keys",
  "resource block"
] as const
const channelsOfExisting = ["notification", "passed-on problem", "resource of a failed result"] as const
type Channel = (typeof channels)[number] | (typeof channelsOfExisting)[number]

type Seen = { readonly [C in Channel]: Array<unknown> } & { readonly stdout: Array<unknown> }

const nothingSeen = (): Seen => ({
  "reply text": [],
  structuredContent: [],
  _meta: [],
  "log line": [],
  span: [],
  "error reporter": [],
  "user's own logger": [],
  progress: [],
  "batch key": [],
  retry_keys: [],
  "resource block": [],
  notification: [],
  "passed-on problem": [],
  "resource of a failed result": [],
  stdout: []
})

/** A runtime as users build it: loggers merged into effect's own, a reporter, a tracer. */
const contextOf = (seen: Seen): Promise<Context.Context<never>> => {
  const own = Logger.make<unknown, void>(({ cause, fiber, message }) =>
    void seen["user's own logger"].push({ message, cause, annotations: fiber.getRef(References.CurrentLogAnnotations) })
  )
  const loggers = [
    own,
    Logger.consolePretty({ colors: false }),
    Logger.consoleJson,
    Logger.withConsoleLog(
      Logger.formatLogFmt
    )
  ]
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      seen.span.push(span)
      return span
    }
  })
  const reporter = ErrorReporter.make(({ cause, error, attributes }) =>
    void seen["error reporter"].push({ cause, error, attributes })
  )
  const layer = Layer.mergeAll(
    Logger.layer(loggers, { mergeWithExisting: true }),
    ErrorReporter.layer([reporter]),
    Layer.succeed(Tracer.Tracer, tracer)
  )
  return Effect.runPromise(Effect.scoped(Layer.build(layer))) as Promise<Context.Context<never>>
}

interface Result {
  readonly content: ReadonlyArray<{ readonly type: string; readonly text?: string }>
  readonly structuredContent?: { readonly [key: string]: unknown }
  readonly _meta?: unknown
}

const sort = (seen: Seen, tool: string, { result }: Wire.Message): void => {
  const { _meta, content, structuredContent } = result as unknown as Result
  const blocks = content.filter(({ type }) => type !== "text")
  seen["reply text"].push(...content.map(({ text }) => text))
  seen._meta.push(_meta)
  if (structuredContent !== undefined) seen.structuredContent.push(structuredContent)
  if (tool === "passes on") seen["passed-on problem"].push(_meta)
  if (tool === "batch") {
    seen["resource block"].push(...blocks)
    seen["batch key"].push(...[structuredContent?.["errors"] ?? []].flat())
    seen.retry_keys.push(structuredContent)
  } else seen["resource of a failed result"].push(...blocks)
}

/** Calls everything on one host. */
const collect = async ([, takesExisting, open]: (typeof hosts)[number]): Promise<Seen> => {
  const seen = nothingSeen()
  const restore = takeStderr((line) => seen["log line"].push(line))
  const printed = (text: unknown) => void seen.stdout.push(text)
  const spies = (["log", "info", "debug", "group", "groupCollapsed"] as const).map((name) =>
    vi.spyOn(console, name).mockImplementation(printed)
  )
  const errors = vi.spyOn(console, "error").mockImplementation((text) => void seen["log line"].push(text))
  const stdout = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed(text)
    return true
  })
  const wire = await Wire.connect(open({
    tools,
    options: { opensSpans: true, structuredErrors: true },
    context: await contextOf(seen),
    adopt: (server) => {
      for (const way of ways) {
        server.registerTool(way, { description: "d" }, ((context: unknown) => existing(way)({}, context)) as never)
        const wrapped = wrapHandler((context: unknown) => existing(way)({}, context), { name: way })
        server.registerTool(`${way}, wrapped`, { description: "d" }, wrapped as never)
      }
      adoptServer(server as never)
    }
  }))
  const more = takesExisting ? ways.flatMap((way) => [[way, {}], [`${way}, wrapped`, {}]] as const) : []
  for (const [name, args] of [...calls, ...more]) {
    const id = wire.ask("tools/call", { name, arguments: args, _meta: { progressToken: name } })
    sort(seen, name, await wire.response(id))
  }
  for (const { method, params } of wire.received) {
    if (method === "notifications/progress") seen.progress.push(params)
    if (method === "notifications/message") seen.notification.push(params)
  }
  await wire.close()
  for (const spy of [...spies, errors, stdout]) spy.mockRestore()
  restore()
  return seen
}

/** Everything of a value that anybody could read, hidden properties too. */
const textOf = (value: unknown): string =>
  inspect(value, { depth: 30, showHidden: true, maxArrayLength: null, maxStringLength: null, breakLength: Infinity })

describe.each(hosts)("%s", (...host) => {
  let seen: Seen
  beforeAll(async () => {
    seen = await collect(host)
  })

  it.each([...channels, ...host[1] ? channelsOfExisting : []])("%s", (channel) => {
    const text = textOf(seen[channel].map((value) => value instanceof Tracer.NativeSpan ? spanOf(value) : value))
    expect(text, "the channel was not reached").toMatch(/opening|redacted|retry/)
    expect(text).not.toContain(secret)
    expect(text).not.toContain("R4nd0mR4nd0m")
  })

  it("stdout, which has nothing", () => {
    expect(seen.stdout).toEqual([])
  })
})

const spanOf = ({ attributes, events, name, status }: Tracer.NativeSpan) => ({
  name,
  attributes,
  events,
  exit: status._tag === "Ended" && Exit.isFailure(status.exit)
    ? status.exit.cause.reasons.map((reason) => [reason, reason._tag === "Die" && reason.defect])
    : undefined
})
