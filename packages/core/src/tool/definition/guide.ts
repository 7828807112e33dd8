import type { RecoveryStep } from "../../errors/RecoveryStep.ts"
import type { InvalidArguments } from "../../errors/stock/arguments.ts"
import type { Timeout } from "../../errors/stock/operation.ts"
import type { Any, ErrorOf } from "./model.ts"

/** Every tool may answer with these, whether it declares them or not. */
const always: ReadonlySet<string> = new Set(["InvalidArguments", "Timeout"])

type Guided<Ts extends ReadonlyArray<Any>> = ErrorOf<Ts[number]> | InvalidArguments | Timeout

/**
 * Describes the steps for an error: a list, or a function of the error.
 *
 * @category models
 * @since 0.1.0
 */
export type GuideSteps<E> = ReadonlyArray<RecoveryStep> | ((error: E) => ReadonlyArray<RecoveryStep>)

/**
 * Lists what a guide for some tools may say: steps for each error, by its tag, that one of them declares, and for
 * `InvalidArguments` and `Timeout`, with which every tool may answer.
 *
 * @category utility types
 * @since 0.1.0
 */
export type GuideOf<Ts extends ReadonlyArray<Any>> = {
  readonly [Tag in Guided<Ts>["_tag"]]?: GuideSteps<Extract<Guided<Ts>, { readonly _tag: Tag }>>
}

const TypeId = "~errata/Guide" as const

/**
 * Describes the next steps for the errors of some tools.
 *
 * @category models
 * @since 0.1.0
 */
export interface Guide {
  readonly [TypeId]: typeof TypeId
  /** The tools whose errors it is about. */
  readonly tools: ReadonlyArray<Any>
  /** The steps for each error, by its tag. */
  readonly steps: ReadonlyMap<string, GuideSteps<never>>
}

/** Tests for what {@link guide} made, whichever copy of this package did. */
export const isGuide = (u: unknown): u is Guide =>
  typeof u === "object" && u !== null && (u as { readonly [TypeId]?: unknown })[TypeId] === TypeId

/**
 * Says what to do next about the errors of some tools, so that one error may lead to different steps in different tools.
 *
 * **Details**
 *
 * A host applies it to every reply of these tools, the items of batches included, if it is among the `guides` of its options.
 * Steps that were added to an error where it was raised win over those of a guide, these over those of its class; of several
 * guides for a tool the last one that knows the error's tag wins. Steps given as a list, or by a function without parameters,
 * are checked when the tools are registered, all of them again when they are told: a step that calls a tool which the server
 * does not list, or with parameters that the tool would refuse, is left out and logged.
 *
 * Throws a `TypeError` where the compiler was circumvented.
 *
 * **Example** (Guiding after a name that does not exist)
 *
 * ```ts import.meta.vitest
 * import * as Errors from "@errata/core/Errors"
 * import * as Tool from "@errata/core/Tool"
 * import * as Schema from "effect/Schema"
 *
 * const listApplications = Tool.make("list_applications", { description: "Lists the applications.", safety: "read" })
 * const deploy = Tool.make("deploy", {
 *   description: "Deploys an application.",
 *   input: { app_name: Schema.String, environment: Schema.String },
 *   errors: [Errors.NotFound]
 * })
 *
 * const afterDeploy = Tool.guide([deploy], {
 *   NotFound: () => [
 *     Tool.step(listApplications, {}, { action: "List the applications" }),
 *     Tool.step(deploy, { environment: "staging" }, { action: "Deploy the one that was meant", fill: ["app_name"] })
 *   ]
 * })
 * afterDeploy.tools.map((tool) => tool.name) // => ["deploy"]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const guide = <const Ts extends ReadonlyArray<Any>>(
  tools: Ts,
  steps: GuideOf<Ts>
): Guide => {
  if (!Array.isArray(tools) || tools.length === 0) throw new TypeError("A guide is for a list of tools, one at least")
  const tags = new Set([...always, ...tools.flatMap((tool: Any) => tool.errors.map((error) => error.identifier))])
  const given = Object.entries(steps as { readonly [tag: string]: GuideSteps<never> | undefined })
  for (const [tag, value] of given) {
    const of = `The guide for ${tools.map((tool: Any) => tool.name).join(", ")}`
    if (!tags.has(tag)) throw new TypeError(`${of}: none of these tools declares ${tag}`)
    if (value !== undefined && typeof value !== "function" && !Array.isArray(value)) {
      throw new TypeError(`${of}: give ${tag} a list of steps, or a function that returns one`)
    }
  }
  return {
    [TypeId]: TypeId,
    tools: [...tools],
    steps: new Map(given.flatMap(([tag, value]) => value === undefined ? [] : [[tag, value] as const]))
  }
}
