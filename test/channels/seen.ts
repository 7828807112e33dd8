/** The channels by which something leaves a server, and what was seen in each. */
import * as Console from "@errata/mcp-adapter/Console"
import * as Observer from "@errata/mcp-adapter/Observer"
import * as Telemetry from "@errata/mcp-adapter/Telemetry"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as ErrorReporter from "effect/ErrorReporter"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as References from "effect/References"
import * as Tracer from "effect/Tracer"
import { inspect } from "node:util"

/** The channels of every host. */
export const channels = [
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

/** Those that only existing code has. */
export const channelsOfExisting = ["notification", "passed-on problem", "resource of a failed result"] as const

export type Channel =
  | (typeof channels)[number]
  | (typeof channelsOfExisting)[number]
  // what watches a server
  | "observed call"
  | "metric"
  | "console"
  | "stdout"

/** Takes what was seen. */
export type See = (channel: Channel, value: unknown) => void

/** Everything of a value that anybody could read, hidden properties too; less of it where there are very many. */
export const textOf = (value: unknown, isShort = false): string =>
  inspect(value instanceof Tracer.NativeSpan ? spanOf(value) : value, {
    depth: isShort ? 8 : 30,
    showHidden: !isShort,
    maxArrayLength: null,
    maxStringLength: null,
    breakLength: Infinity
  })

const spanOf = ({ attributes, events, name, status }: Tracer.NativeSpan) => ({
  name,
  attributes,
  events,
  exit: status._tag === "Ended" && Exit.isFailure(status.exit)
    ? status.exit.cause.reasons.map((reason) => [reason, reason._tag === "Die" && reason.defect])
    : undefined
})

/** A runtime as users build it: loggers merged into effect's own, a reporter, a tracer. */
export const contextOf = async (see: See): Promise<Context.Context<never>> => {
  const own = Logger.make<unknown, void>(({ cause, fiber, message }) =>
    see("user's own logger", { message, cause, annotations: fiber.getRef(References.CurrentLogAnnotations) })
  )
  const loggers = [
    own,
    Logger.consolePretty({ colors: false }),
    Logger.consoleJson,
    Logger.withConsoleLog(Logger.formatLogFmt)
  ]
  class Span extends Tracer.NativeSpan {
    override end(...args: Parameters<Tracer.NativeSpan["end"]>): void {
      super.end(...args)
      see("span", this)
    }
  }
  const tracer = Tracer.make({ span: (options) => new Span(options) })
  const reporter = ErrorReporter.make(({ cause, error, attributes }) =>
    see("error reporter", { cause, error, attributes })
  )
  const page = Console.make({ name: "channels", mostCalls: 20 })
  await page.handler(new Request("http://localhost/console")) // afterwards it answers within the turn
  const registry: Metric.MetricRegistry = new Map()
  const known = new Set<string>()
  const observer = Observer.layer({
    onStart: (start) => (end) => {
      see("observed call", { ...start, ...end, told: [end.error(), end.fingerprint(), end.arguments(), end.cause()] })
      for (const key of registry.keys()) {
        if (!known.has(key)) see("metric", key)
        known.add(key)
      }
      for (const query of [`?call=${end.referenceId}`, ...known.size % 10 === 0 ? ["?show=all"] : []]) {
        void page.handler(new Request(`http://localhost/console${query}`)).then((answer) => answer.text()).then((
          text
        ) => see("console", text))
      }
    }
  })
  const layer = Layer.mergeAll(
    Layer.mergeAll(Telemetry.layer, page.layer, observer).pipe(
      Layer.provideMerge(Layer.succeed(Metric.MetricRegistry, registry))
    ),
    Logger.layer(loggers, { mergeWithExisting: true }),
    ErrorReporter.layer([reporter]),
    Layer.succeed(Tracer.Tracer, tracer)
  )
  return Effect.runPromise(Effect.scoped(Layer.build(layer))) as Promise<Context.Context<never>>
}
