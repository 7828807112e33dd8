import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Errors from "../../errors/Errors.ts"
import * as ToolError from "../../errors/ToolError.ts"
import * as Tool from "../../tool/Tool.ts"
import type { Any, Needs } from "../definition/model.ts"
import { named } from "../run/rest.ts"
import { titleOf } from "./begin.ts"
import { cancelByToken, notBegun, stateByToken, unknownKey } from "./byToken.ts"
import { diedWith, failedForNow } from "./call.ts"
import { secondsOf, type Status, statusOf } from "./control.ts"
import { tokenOf } from "./key.ts"
import { mayRunAgain, type State, type Unknown } from "./state.ts"

/** Describes how a tool made of a durable one is listed. */
interface Listing<Name extends string> {
  /** The tool's name. Default: that of the durable tool after `check_` or `cancel_`. */
  readonly name?: Name | undefined
  /** Names the tool for people. Default none. */
  readonly title?: string | undefined
  /** Tells a model what the tool does. Default: a sentence that names the durable tool. */
  readonly description?: string | undefined
}

/**
 * Types the input of the tools that poll and cancel: the field of the key alone, or the whole input where a function makes the key.
 */
type KeyInput = Schema.Codec<unknown, object>

/** Describes what a poll answers. */
type PollOutput = Schema.Codec<Told, unknown>

interface Told {
  readonly status: "in_progress" | "succeeded" | "cancelled"
  readonly retry_after_seconds?: number | undefined
  readonly result?: unknown
  readonly not_undone?: ReadonlyArray<string> | undefined
}

type PollTool<T extends Any, Name extends string> = Tool.Tool<
  Name,
  KeyInput,
  PollOutput,
  readonly [...T["errors"], typeof Errors.NotFound],
  "read",
  Needs<T["name"]>
>

/**
 * Makes the tool that tells how far the run of a key is, with its handler. A run that failed is answered as the failure it was;
 * one that failed for the moment names its tool as the next step.
 *
 * @stability unstable
 * @category handlers
 * @since 0.1.0
 */
export const pollTool = <T extends Any, const Name extends string = `check_${T["name"]}`>(
  tool: T,
  options: Listing<Name> = {}
): Tool.Handled<Needs<T["name"]>, PollTool<T, Name>> => {
  const made = Tool.make(options.name ?? `check_${tool.name}`, {
    description: options.description ??
      `Returns how far ${titleOf(tool)} is, by its key. Its result is there when the status is "succeeded".`,
    title: options.title,
    input: keyInput(tool),
    output: pollOutput(tool),
    errors: withNotFound(tool),
    safety: "read"
  })
  const handler = (input: unknown) =>
    Effect.flatMap(
      Effect.flatMap(tokenOf(tool, keyIn(tool, input)), (token) => stateByToken(tool, token)),
      (state) => Effect.map(asked(tool, state), (found) => toldOf(tool, found))
    )
  return { tool: made as Tool.Any as PollTool<T, Name>, handler } as never
}

type CancelTool<T extends Any, Name extends string> = Tool.Tool<
  Name,
  KeyInput,
  PollOutput,
  readonly [...T["errors"], typeof Errors.NotFound],
  "idempotent",
  Needs<T["name"]>
>

/**
 * Makes the tool that cancels the run of a key, with its handler: what was done is taken back. A run that has ended cannot be
 * cancelled: `invalid_state`, or the failure that it ended with.
 *
 * @stability unstable
 * @category handlers
 * @since 0.1.0
 */
export const cancelTool = <T extends Any, const Name extends string = `cancel_${T["name"]}`>(
  tool: T,
  options: Listing<Name> = {}
): Tool.Handled<Needs<T["name"]>, CancelTool<T, Name>> => {
  const made = Tool.make(options.name ?? `cancel_${tool.name}`, {
    description: options.description ??
      `Cancels ${titleOf(tool)}, by its key, and undoes what it did. Cancelling again changes nothing.`,
    title: options.title,
    input: keyInput(tool),
    output: pollOutput(tool),
    errors: withNotFound(tool),
    safety: "idempotent",
    isDestructive: true
  })
  const handler = (input: unknown) =>
    Effect.flatMap(tokenOf(tool, keyIn(tool, input)), (token) => cancelByToken(tool, token)).pipe(
      Effect.flatMap((state) => asked(tool, state)),
      Effect.flatMap((found): Effect.Effect<Told, ToolError.Any> =>
        found.status === "succeeded"
          ? Effect.fail(
            ToolError.withGuidance(
              new Errors.InvalidState({ resource: titleOf(tool), state: "done", required_state: "in progress" }),
              { message: `${titleOf(tool)} is done and cannot be cancelled` }
            )
          )
          : Effect.succeed(toldOf(tool, found))
      )
    )
  return { tool: made as Tool.Any as CancelTool<T, Name>, handler } as never
}

/** Says how far a run is to a tool that asks. What the run cannot tell its callers any more is told here. */
const asked = (tool: Any, state: State | Unknown | undefined): Effect.Effect<Status<unknown>, ToolError.Any> => {
  if (state === undefined) return Effect.fail(unknownKey(tool))
  if (state._tag === "NotBegun") return Effect.fail(notBegun(tool))
  if (state._tag === "Failed" && mayRunAgain(state)) return Effect.fail(failedForNow(tool, state.failure))
  const rest = state._tag === "Died" ? named(state.rest) : undefined
  return rest === undefined ? statusOf(tool, state) : Effect.fail(diedWith(tool, rest, state))
}

const withNotFound = (tool: Any): ReadonlyArray<ToolError.AnyClass> => [...new Set([...tool.errors, Errors.NotFound])]

const keyInput = (tool: Any): KeyInput => {
  const { field } = tool.durable
  if (field === undefined) return tool.input as KeyInput
  const { fields } = tool.input as Schema.Struct<{ readonly [name: string]: Schema.Codec<string> }>
  return Schema.Struct({ [field]: fields[field]! }) as Schema.Top as KeyInput
}

const keyIn = ({ durable: { field, keyOf } }: Any, input: unknown): string =>
  field === undefined ? keyOf(input as never) : (input as { readonly [name: string]: string })[field]!

const pollOutput = (tool: Any): PollOutput =>
  Schema.Struct({
    status: Schema.Literals(["in_progress", "succeeded", "cancelled"]),
    retry_after_seconds: Schema.optionalKey(
      Schema.Finite.annotate({ description: "When to ask again, while it is in progress" })
    ),
    not_undone: Schema.optionalKey(
      Schema.Array(Schema.String).annotate({ description: "What a cancelled run had done and is not undone" })
    ),
    ...hasNone(tool) ? {} : { result: Schema.optionalKey(tool.output) }
  }) as Schema.Top as PollOutput

const hasNone = ({ output: { ast } }: Any): boolean => ast._tag === "Void" || ast._tag === "Undefined"

const toldOf = (tool: Any, found: Status<unknown>): Told => {
  if (found.status === "in_progress") return { status: "in_progress", retry_after_seconds: secondsOf(tool) }
  if (found.status === "cancelled") {
    return { status: "cancelled", ...found.notUndone === undefined ? {} : { not_undone: found.notUndone } }
  }
  return hasNone(tool) ? { status: "succeeded" } : { status: "succeeded", result: found.result }
}
