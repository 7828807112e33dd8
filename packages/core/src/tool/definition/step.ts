import { makeMark, type Mark } from "../../errors/internal/mark.ts"
import type { Action, RecoveryStep } from "../../errors/RecoveryStep.ts"
import type { Any } from "./model.ts"

const targets: Mark<Any> = /*#__PURE__*/ makeMark("step")

/** Returns the tool of which an action was made; `undefined` where it names one only. */
export const targetOf = (action: Action): Any | undefined => targets.of(action)

type ParametersOf<T extends Any, Fill> = Omit<T["input"]["Encoded"], Fill & PropertyKey>

/**
 * Makes a recovery step that calls a tool. The compiler checks the parameters; those in `fill` are left to the model.
 *
 * **Example** (Sending the model to a list)
 *
 * ```ts import.meta.vitest
 * import * as Tool from "@errata/core/Tool"
 * import * as Schema from "effect/Schema"
 *
 * const deploy = Tool.make("deploy", {
 *   description: "Deploys an application.",
 *   input: { app_name: Schema.String, environment: Schema.String }
 * })
 *
 * const step = Tool.step(deploy, { environment: "staging" }, { action: "Deploy it", fill: ["app_name"] })
 * step.parameters // => { environment: "staging" }
 * step.fill // => ["app_name"]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const step = <T extends Any, const Fill extends keyof T["input"]["Encoded"] & string = never>(
  tool: T,
  parameters: ParametersOf<T, Fill>,
  options: {
    /** The action, as an imperative without a full stop. */
    readonly action: string
    /** The names of parameters that the caller has to fill in. Default: none. */
    readonly fill?: ReadonlyArray<Fill> | undefined
    /** One sentence more. */
    readonly description?: string | undefined
  }
): RecoveryStep => {
  const step: RecoveryStep = {
    action: options.action,
    tool: tool.name,
    parameters: parameters as RecoveryStep["parameters"],
    ...options.fill === undefined || options.fill.length === 0 ? {} : { fill: options.fill },
    ...options.description === undefined ? {} : { description: options.description }
  }
  targets.put(step, tool)
  return step
}
