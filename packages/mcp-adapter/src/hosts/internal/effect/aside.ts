import type * as Tool from "effect/ai/Tool"
import * as Toolkit from "effect/ai/Toolkit"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import type * as SchemaIssue from "effect/SchemaIssue"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"

/**
 * Holds what went wrong in one call of a toolkit. effect folds failures out of reach, so they are put aside before, and effect
 * gets something to fold that is thrown away.
 */
export interface Aside {
  /** The call's own: the one that effect gives to a handler ends with its stream, and its finalizers could replace an answer. */
  readonly scope: Scope.Scope
  /** Holds what the handler failed with, or what died. */
  cause: Cause.Cause<unknown> | undefined
  /** Holds what is wrong with the arguments. */
  refused: Refused | undefined
}

export interface Refused {
  readonly value: unknown
  /** `undefined` if the same arguments fit the second time. */
  readonly issue: SchemaIssue.Issue | undefined
}

/** Holds where a call puts its failure aside. A call without it is answered by effect. */
export const Aside = Context.Reference<Aside | undefined>("errata/effect/Aside", { defaultValue: () => undefined })

type Tools = Record<string, Tool.Any>

/** Makes a toolkit with the same tools that puts failures aside. */
export const watched = <T extends Tools>(toolkit: Toolkit.Toolkit<T>): Toolkit.Toolkit<T> => {
  const build = toolkit as unknown as Effect.Effect<Built>
  const tools = Object.values<Tool.Any>(toolkit.tools)
  const built = Effect.map(
    Effect.updateContext(build, (context: Context.Context<never>) => watchHandlers(tools, context)),
    watchCalls
  )
  return Object.assign(built, { tools: toolkit.tools }) as unknown as Toolkit.Toolkit<T>
}

const watchHandlers = (tools: ReadonlyArray<Tool.Any>, context: Context.Context<never>): Context.Context<never> => {
  const services = new Map<string, unknown>(context.mapUnsafe)
  for (const { id } of tools) {
    const handler = services.get(id) as Handler | undefined
    if (handler !== undefined) services.set(id, { ...handler, handler: watchHandler(handler.handler) })
  }
  return Context.makeUnsafe(services)
}

interface Handler {
  readonly handler: (...args: ReadonlyArray<unknown>) => Effect.Effect<unknown, unknown>
}

/** effect replaces some failures by others on their way out; here they are what the handler failed with. */
const watchHandler = (handle: Handler["handler"]): Handler["handler"] => (...args) =>
  Effect.flatMap(Aside, (aside) =>
    aside === undefined ? handle(...args) : Effect.suspend(() => handle(...args)).pipe(
      Effect.provideService(Scope.Scope, aside.scope),
      Effect.tapCause((cause) =>
        Effect.sync(() => {
          if (!Cause.hasInterruptsOnly(cause)) aside.cause = cause
        })
      )
    ))

type Results = Stream.Stream<Tool.HandlerResult<Tool.Any>, unknown>

interface Built {
  readonly tools: Tools
  readonly handle: (
    name: string,
    value: unknown,
    id: string | undefined,
    options: SchemaAST.ParseOptions | undefined
  ) => Effect.Effect<Results, unknown>
}

const watchCalls = (built: Built): Built => ({
  ...built,
  handle: (name, value, id, options) =>
    Effect.flatMap(Aside, (aside) => {
      const results = built.handle(name, value, id, options)
      if (aside === undefined) return results
      const refuse = Effect.map(issueIn(built.tools[name], value, options), (issue) => {
        aside.refused = { value, issue }
        return nothing
      })
      const put = (cause: Cause.Cause<unknown>): Effect.Effect<Tool.HandlerResult<Tool.Any>> => {
        if (Cause.hasInterruptsOnly(cause)) return Effect.failCause(cause as Cause.Cause<never>)
        if (originOf(cause) === "parameters") return refuse
        aside.cause ??= died(cause)
        return Effect.succeed(nothing)
      }
      return results.pipe(
        Effect.map((results) =>
          results.pipe(
            Stream.mapEffect((result) => result.failureOrigin === "parameters" ? refuse : Effect.succeed(result)),
            Stream.catchCause((cause) => Stream.fromEffect(put(cause)))
          )
        ),
        Effect.catchCause((cause) => Effect.map(put(cause), Stream.succeed))
      )
    })
})

const nothing: Tool.HandlerResult<Tool.Any> = {
  result: undefined,
  encodedResult: undefined,
  isFailure: false,
  preliminary: false
} as never

const originOf = (cause: Cause.Cause<unknown>): Tool.FailureOrigin | undefined => {
  const failure = cause.reasons.find((reason) => reason._tag === "Fail")
  return failure && Context.get(Cause.reasonAnnotations(failure), Toolkit.FailureOrigin)
}

/** Returns what died, without what did not come from the handler: an output that does not fit its schema. */
const died = (cause: Cause.Cause<unknown>): Cause.Cause<unknown> =>
  Cause.fromReasons(
    cause.reasons.map((reason) => reason._tag === "Fail" ? Cause.makeDieReason(reason.error) : reason)
  )

/** effect tells of arguments that do not fit in one sentence; all that is wrong is found by decoding again. */
const issueIn = (
  tool: Tool.Any | undefined,
  value: unknown,
  options: SchemaAST.ParseOptions | undefined
): Effect.Effect<SchemaIssue.Issue | undefined> => {
  if (tool === undefined) return Effect.undefined
  const decode = Schema.decodeUnknownEffect(tool.parametersSchema as Schema.Codec<unknown, unknown>)
  return Effect.map(Effect.exit(decode(value, { ...options, errors: "all" })), (exit) => {
    const failure = Exit.isFailure(exit) ? exit.cause.reasons.find((reason) => reason._tag === "Fail") : undefined
    return failure?.error.issue
  })
}
