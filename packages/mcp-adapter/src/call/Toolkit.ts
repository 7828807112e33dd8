/**
 * Gathers tools whose handlers are built together, so that starting up is one Layer graph.
 *
 * A `Toolkit` is a list of definitions. {@link toLayer} implements all of them: a missing handler, one with an undeclared
 * error, or one for a tool that does not exist does not compile. What the handlers need becomes a requirement of the layer,
 * so that a
 * database that cannot be opened fails when the runtime is built (`await runtime.context()`) and not at the first call.
 *
 * **Example** (Implementing a toolkit)
 *
 * ```ts import.meta.vitest
 * import * as Tool from "@errata/core/Tool"
 * import * as Toolkit from "@errata/mcp-adapter/Toolkit"
 * import * as ToolTest from "@errata/mcp-adapter/ToolTest"
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 *
 * const add = Tool.make("add", {
 *   description: "Adds two numbers.",
 *   input: { a: Schema.Finite, b: Schema.Finite },
 *   output: Schema.Finite,
 *   safety: "read"
 * })
 * const Arithmetic = Toolkit.make("Arithmetic", [add])
 * const live = Toolkit.toLayer(Arithmetic, { add: ({ a, b }) => Effect.succeed(a + b) })
 *
 * const program = ToolTest.call(Toolkit.handled(Arithmetic)[0]!, { a: 1, b: 2 }).pipe(Effect.provide(live))
 * const { result } = await Effect.runPromise(program)
 * result.structuredContent // => { result: 3 }
 * ```
 *
 * @since 0.1.0
 */
import type { Anything, Checked } from "@errata/core/internal/handle"
import * as Tool from "@errata/core/Tool"
import type { ToolError } from "@errata/core/ToolError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"

/**
 * Describes some tools, under a name.
 *
 * @category models
 * @since 0.1.0
 */
export interface Toolkit<Name extends string, Ts extends ReadonlyArray<Tool.Any>> {
  /** The name of the toolkit. */
  readonly name: Name
  /** The tools, in the order of the listing. */
  readonly tools: Ts
}

/**
 * Describes the service that a toolkit's layer provides: its handlers.
 *
 * @category services
 * @since 0.1.0
 */
export interface Handlers<Name extends string> {
  readonly _: unique symbol
  /** The name of the toolkit. */
  readonly name: Name
}

/**
 * Lists what has to be implemented: one handler for each tool, by the tool's name.
 *
 * @category utility types
 * @since 0.1.0
 */
export type HandlersOf<Ts extends ReadonlyArray<Tool.Any>> = {
  readonly [T in Ts[number] as T["name"]]: HandlerOf<T>
}

interface HandlerOf<T extends Tool.Any> {
  (input: T["input"]["Type"]): Anything<T>
  /** No handler has it, so that one is told from its own constraint. */
  readonly [AnyHandlerId]?: never
}

declare const AnyHandlerId: unique symbol

type RequirementsOf<H> = {
  // oxlint-disable-next-line typescript/no-explicit-any -- nothing narrower infers the services of every handler
  [K in keyof H]: H[K] extends (...args: any) => Effect.Effect<any, any, infer R> ? Exclude<R, Tool.PerCall> : never
}[keyof H]

/** Refuses a handler for a tool that is not in the toolkit: it would never be called. */
type NoOthers<H, Ts extends ReadonlyArray<Tool.Any>> = {
  readonly [K in Exclude<keyof H, Ts[number]["name"]>]: Tool.Mistake<`The toolkit has no tool ${K & string}`>
}

/** Asks that a tool declares what its handler fails with. */
type AllDeclared<H, Ts extends ReadonlyArray<Tool.Any>> = {
  readonly [K in Undeclared<H, Ts>]: Demanded<Checked<ToolOf<Ts, K>, EffectOf<H[K]>>>
}

/** Of a wrong output the difference is told. */
type Demanded<Said> = Said extends Effect.Effect<unknown, unknown, unknown> ? (input: never) => Said : Said

/** The handlers that fail with what their tools do not declare. */
type Undeclared<H, Ts extends ReadonlyArray<Tool.Any>> = {
  [K in keyof H & Ts[number]["name"]]: unknown extends Checked<ToolOf<Ts, K>, EffectOf<H[K]>> ? never : K
}[keyof H & Ts[number]["name"]]

type ToolOf<Ts extends ReadonlyArray<Tool.Any>, Name> = Extract<Ts[number], { readonly name: Name }>

type EffectOf<F> = typeof AnyHandlerId extends keyof F ? Effect.Effect<never>
  : F extends (...args: never) => infer Eff ? Eff
  : never

type Fitting<H, Ts extends ReadonlyArray<Tool.Any>> = H & NoOthers<H, Ts> & AllDeclared<H, Ts>

/**
 * Makes a toolkit. Throws a `TypeError` if two tools have one name.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <const Name extends string, const Ts extends ReadonlyArray<Tool.Any>>(
  name: Name,
  tools: Ts
): Toolkit<Name, Ts> => {
  const names = tools.map((tool) => tool.name)
  const twice = names.find((tool, i) => names.indexOf(tool) !== i)
  if (twice !== undefined) throw new TypeError(`Toolkit ${name}: two tools have the name "${twice}"`)
  return { name, tools }
}

type Implementation = { readonly [tool: string]: (input: never) => Effect.Effect<unknown, ToolError, unknown> }

const service = <Name extends string>(name: Name) =>
  Context.Service<Handlers<Name>, Implementation>(`errata/Toolkit/${name}`)

/**
 * Implements a toolkit: with handlers, or with an effect that builds them (once, when the server starts).
 *
 * @category layers
 * @since 0.1.0
 */
export const toLayer = <
  Name extends string,
  Ts extends ReadonlyArray<Tool.Any>,
  H extends HandlersOf<Ts>,
  E = never,
  R = never
>(
  toolkit: Toolkit<Name, Ts>,
  handlers: Fitting<H, Ts> | Effect.Effect<Fitting<H, Ts>, E, R>
): Layer.Layer<Handlers<Name>, E, Exclude<R, Scope.Scope> | RequirementsOf<H>> =>
  Layer.effect(
    service(toolkit.name),
    Effect.gen(function*() {
      const built = Effect.isEffect(handlers) ? yield* handlers : handlers
      const context = yield* Effect.context<never>()
      return Object.fromEntries(
        Object.entries(built as unknown as Implementation).map(([name, handler]) => [
          name,
          (input: never) =>
            Effect.updateContext(
              handler(input) as Effect.Effect<unknown, ToolError>,
              (call: Context.Context<never>) => Context.merge(context, call)
            )
        ])
      )
    })
  ) as never

/**
 * Returns the tools of a toolkit with their handlers, which come from the layer: what a host registers.
 *
 * @category accessors
 * @since 0.1.0
 */
export const handled = <Name extends string, const Ts extends ReadonlyArray<Tool.Any>>(
  toolkit: Toolkit<Name, Ts>
): { readonly [K in keyof Ts]: Tool.Handled<Handlers<Name>, Ts[K]> } => {
  const key = service(toolkit.name)
  return toolkit.tools.map((tool) =>
    Tool.handle(
      tool,
      ((input: never) => Effect.flatMap(key, (handlers) => handlers[tool.name]!(input))) as never
    )
  ) as never
}
