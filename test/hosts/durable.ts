/**
 * Makes tools of the contract suite durable: the same names, schemas, errors and handlers, each handler one activity of a run.
 */
import * as DurableTool from "@errata/core/durable"
import type * as Tool from "@errata/core/Tool"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"

/** Tests for a tool that can be: a batch, say, or what attaches blocks, needs its call, and a run has none. */
export const isDurable = (name: string): boolean =>
  ["fails", "guided", "dies", "order", "echo", "nothing", "greet"].includes(name) || name.startsWith("output_")

/** One call is one run, whatever the arguments: their JSON is the key. */
const key = (input: unknown): string => `k${JSON.stringify(input)}`

const durably = ({ handler, tool }: Tool.Handled<unknown>) => {
  const made = DurableTool.make(tool.name, {
    description: tool.description,
    title: tool.title,
    input: tool.input,
    output: tool.output,
    errors: tool.errors,
    key,
    timeout: "30 seconds"
  } as never) as DurableTool.Any
  const work = DurableTool.layer(
    made,
    ((input: unknown) =>
      DurableTool.activity("do", {
        output: tool.output,
        errors: tool.errors,
        execute: () => Effect.scoped(handler(input as never) as Effect.Effect<unknown, never>)
      } as never)) as never
  )
  return { handled: DurableTool.handle(made), work }
}

/** Has a time that ends before what waits is released. */
const work = DurableTool.make("work", {
  title: "The work",
  description: "Does three things, and waits for the second to be released.",
  timeout: "1 second",
  input: { id: Schema.NonEmptyString },
  output: { done: Schema.Array(Schema.String), runs: Schema.Finite },
  key: "id",
  pollTool: "check_work",
  askAgainAfter: "1500 millis"
})

/** The same with time; it waits only if its note says so. */
const quick = DurableTool.make("quick_work", {
  description: "Does three things.",
  input: { id: Schema.NonEmptyString, note: Schema.String },
  output: { done: Schema.Array(Schema.String), runs: Schema.Finite },
  key: "id",
  timeout: "30 seconds"
})

const withTime = (timeout: "1 second" | "30 seconds", handled: unknown): Tool.Handled<never> => {
  const { handler, tool } = handled as Tool.Handled<never>
  return { tool: { ...tool, timeout }, handler }
}

/** The tools of a server, with gates and a memory of their own, and the layer of their work. */
export const make = (plain: ReadonlyArray<Tool.Handled<unknown>>) => {
  const made = plain.filter(({ tool }) => isDurable(tool.name)).map(durably)
  const gates = new Map<string, Deferred.Deferred<void>>()
  const runs = new Map<string, number>()
  const gate = (id: string) => {
    const known = gates.get(id) ?? Deferred.makeUnsafe<void>()
    gates.set(id, known)
    return known
  }
  const body = (id: string, second: Effect.Effect<void>) =>
    Effect.gen(function*() {
      const step = (name: string, execute: Effect.Effect<void>) =>
        Effect.as(DurableTool.activity(name as "a", { execute: () => execute, compensate: "nothing to undo" }), name)
      const done = [
        yield* step("first", Effect.sync(() => void runs.set(id, (runs.get(id) ?? 0) + 1))),
        yield* step("second", second),
        yield* step("third", Effect.void)
      ]
      return { done, runs: runs.get(id)! }
    })
  const working = Layer.merge(
    DurableTool.layer(work, ({ id }) => body(id, Deferred.await(gate(id)))),
    DurableTool.layer(quick, ({ id, note }) => body(id, note === "waits" ? Deferred.await(gate(id)) : Effect.void))
  )
  const open = {
    tool: {
      ...plain.find(({ tool }) => tool.name === "release")!.tool
    },
    handler: ({ key }: { readonly key: string }) => Effect.asVoid(Deferred.succeed(gate(key), undefined))
  }
  return {
    tools: [
      ...made.map(({ handled }) => handled),
      DurableTool.handle(work),
      DurableTool.handle(quick),
      withTime("30 seconds", DurableTool.pollTool(work)),
      withTime("30 seconds", DurableTool.pollTool(quick)),
      withTime("1 second", DurableTool.cancelTool(work)),
      withTime("30 seconds", open)
    ] as ReadonlyArray<Tool.Handled<never>>,
    layer: Layer.provideMerge(
      Layer.mergeAll(working as never, ...made.map(({ work }) => work as never)),
      Layer.fresh(DurableTool.layerMemory) as Layer.Layer<never>
    )
  }
}
