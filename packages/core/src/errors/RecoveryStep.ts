/**
 * Models what a caller can do next: steps in order, some with options to choose from.
 *
 * A `RecoveryStep` is plain data. `Tool.step` makes one that calls a tool, whose parameters the compiler checks; here are the
 * others. On the wire the steps are numbered.
 *
 * | made by | for |
 * |---|---|
 * | `Tool.step(tool, parameters, ...)` | a call of a tool whose definition is at hand |
 * | {@link call} | a call of a tool that is known by its name |
 * | {@link change} | another value of an argument of the call that failed |
 * | {@link wait} | time that has to pass |
 * | {@link choice} | a choice between actions |
 * | {@link ask} | what needs a person's consent: the actions are options, never steps of their own |
 * | {@link manual} | anything else |
 *
 * **Details**
 *
 * `fill` names the parameters that only the model can know; the other parameters must decode with the tool's input. A step that
 * cannot be followed, since the server lists no such tool or its parameters do not decode, is left out of replies and logged.
 *
 * A success can carry steps as well: {@link NextSteps} is the schema of a field of an output, checked in the same way.
 *
 * **Example** (Offering a choice)
 *
 * ```ts import.meta.vitest
 * import * as RecoveryStep from "@errata/core/RecoveryStep"
 *
 * const step = RecoveryStep.ask("Stop the running deployment?", [
 *   RecoveryStep.call("cancel_deployment", { deployment_id: "dep-7" }, { action: "Stop it" })
 * ])
 * step.action // => "Ask the user: Stop the running deployment?"
 * step.options?.map((option) => option.action) // => ["Stop it", "Leave it as it is"]
 * ```
 *
 * @since 0.1.0
 */
export { ask, call, change, choice, manual, wait } from "./recoveryStep/make.ts"
export type { Action, RecoveryStep } from "./recoveryStep/model.ts"
export { NextSteps } from "./recoveryStep/nextSteps.ts"
