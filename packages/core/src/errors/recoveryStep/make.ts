import * as Duration from "effect/Duration"
import { makeMark, type Mark } from "../internal/mark.ts"
import type { Action, RecoveryStep } from "./model.ts"

/** Says what may be said of any step. */
interface About {
  /** One sentence more. */
  readonly description?: string | undefined
}

const about = ({ description }: About): About => description === undefined ? {} : { description }

/**
 * Makes a step that is no tool call.
 *
 * @category constructors
 * @since 0.1.0
 */
export const manual = (action: string, options?: {
  /** One sentence more. */
  readonly description?: string | undefined
  /** Alternatives to choose from, each an action. */
  readonly options?: ReadonlyArray<Action> | undefined
}): RecoveryStep => ({ action, ...options })

/**
 * Makes a step that calls a tool known by its name, as it goes over the wire. Prefer `Tool.step` where the definition is at hand: the
 * compiler checks that one. This one is checked when it is told, and at registration where it is known then.
 *
 * @category constructors
 * @since 0.1.0
 */
export const call = (tool: string, parameters: { readonly [name: string]: unknown }, options: {
  /** The action, as an imperative without a full stop. */
  readonly action: string
  /** The names of parameters that the caller has to fill in. Default: none. */
  readonly fill?: ReadonlyArray<string> | undefined
  /** One sentence more. */
  readonly description?: string | undefined
}): RecoveryStep => ({
  action: options.action,
  tool,
  parameters,
  ...options.fill === undefined || options.fill.length === 0 ? {} : { fill: options.fill },
  ...about(options)
})

/**
 * Makes a step that changes arguments of the call that failed: to values, or, where only their names are given, to what the caller
 * finds. It is left out where the call may have taken effect, since it repeats it.
 *
 * **Example** (Naming a value that would do)
 *
 * ```ts import.meta.vitest
 * import * as RecoveryStep from "@errata/core/RecoveryStep"
 *
 * RecoveryStep.change({ environment: "staging" })
 * // => { action: "Change environment", parameters: { environment: "staging" } }
 * RecoveryStep.change(["from", "to"], { action: "Choose a shorter period" })
 * // => { action: "Choose a shorter period", fill: ["from", "to"] }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const change = (
  parameters: { readonly [name: string]: unknown } | readonly [string, ...Array<string>],
  options: {
    /** The action, as an imperative without a full stop. Default: `Change` and the names. */
    readonly action?: string | undefined
    /** One sentence more. */
    readonly description?: string | undefined
  } = {}
): RecoveryStep => {
  const isNames = Array.isArray(parameters)
  const names = isNames ? parameters as ReadonlyArray<string> : Object.keys(parameters)
  return {
    action: options.action ?? `Change ${listed(names)}`,
    ...isNames ? { fill: names } : { parameters: parameters as { readonly [name: string]: unknown } },
    ...about(options)
  }
}

/** "a", "a and b", "a, b and c". */
const listed = (names: ReadonlyArray<string>): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`

/**
 * Makes a step that lets time pass. What comes next is another step, or what the advice of the reply says.
 *
 * **Example** (Waiting for what runs)
 *
 * ```ts import.meta.vitest
 * import * as RecoveryStep from "@errata/core/RecoveryStep"
 *
 * RecoveryStep.wait("1500 millis", { for: "the running deployment" }).action // => "Wait 2 s for the running deployment"
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const wait = (duration: Duration.Input, options: {
  /** Names what is waited for. Default: it is not said. */
  readonly for?: string | undefined
  /** One sentence more. */
  readonly description?: string | undefined
} = {}): RecoveryStep => {
  const seconds = Math.ceil(Duration.toSeconds(Duration.fromInputUnsafe(duration)))
  const time = Number.isFinite(seconds) && seconds > 0 ? ` ${seconds} s` : ""
  return { action: `Wait${time}${options.for === undefined ? "" : ` for ${options.for}`}`, ...about(options) }
}

/**
 * Makes a step out of a choice between actions.
 *
 * @category constructors
 * @since 0.1.0
 */
export const choice = (action: string, options: readonly [Action, ...Array<Action>]): RecoveryStep => ({
  action,
  options
})

/**
 * Makes a step that asks a person before anything is done: what needs consent stands among its options, and so does not doing it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const ask = (question: string, options: readonly [Action, ...Array<Action>], settings: {
  /** The option of doing nothing. Default: `Leave it as it is`. */
  readonly otherwise?: string | undefined
  /** One sentence more. */
  readonly description?: string | undefined
} = {}): RecoveryStep => {
  const refusal: Action = { action: settings.otherwise ?? "Leave it as it is" }
  refusals.put(refusal, true)
  return { action: `Ask the user: ${question}`, options: [...options, refusal], ...about(settings) }
}

const refusals: Mark<true> = /*#__PURE__*/ makeMark("refusal")

/** Tests for the option of doing nothing, which alone is nothing to ask about. */
export const isRefusal = (option: Action): boolean => refusals.of(option) === true
