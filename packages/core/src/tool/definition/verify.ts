import type * as Effect from "effect/Effect"
import type * as Verified from "../../idempotency/Verified.ts"
import type { Mistake } from "./mistake.ts"
import type { Any, Verification } from "./model.ts"

/**
 * Types what may stand under `verify`: a tool that reads, with the parameters and the meaning of its answer, or an effect.
 *
 * @category utility types
 * @since 0.1.0
 */
export type VerifyOption<Input, Output, V extends Any, R, Fences extends boolean> =
  | VerifyTool<Input, Output, V, Fences>
  | VerifyCheck<Input, Output, R, Fences>
  | ((input: Input) => Effect.Effect<Answer<Output, false>, unknown, R>)

interface VerifyTool<Input, Output, V extends Any, Fences extends boolean> {
  /** The tool that is asked. Its `safety` is `"read"`, and the same server lists it. */
  readonly tool: V & Reads<V>
  /** Makes the tool's arguments, as they go over the wire, of the input of the call. */
  readonly parameters: (input: Input) => V["input"]["Encoded"]
  /** Says what the tool's answer means for the call: `Verified.tookEffect(output)`, or `Verified.cannotTell`. */
  readonly outcome: (output: V["output"]["Type"], input: Input) => Answer<Output, Fences>
  /**
   * Says that the check cancels the attempt or takes its key, so that what did not happen never will: only then `outcome` may
   * return `Verified.didNot`. Default `false`: that nothing is found says nothing.
   */
  readonly fences?: Fences | undefined
}

interface VerifyCheck<Input, Output, R, Fences extends boolean> {
  /** Finds out whether the call took effect. A check that fails cannot tell. */
  readonly check: (input: Input) => Effect.Effect<Answer<Output, Fences>, unknown, R>
  /**
   * Says that the check cancels the attempt or takes its key, so that what did not happen never will: only then it may answer
   * `Verified.didNot`. Default `false`: that nothing is found says nothing.
   */
  readonly fences?: Fences | undefined
}

type Answer<Output, Fences extends boolean> =
  | Verified.TookEffect<Output>
  | Verified.CannotTell
  | ([Fences] extends [true] ? Verified.DidNot : never)

type Reads<V extends Any> = [V["safety"]] extends ["read"] ? unknown
  : Mistake<`The tool ${V["name"]} may change something: verify by a tool whose safety is "read"`>

/** Reads the option. Throws where the compiler was circumvented. */
export const verificationOf = (tool: string, given: unknown): Verification | undefined => {
  if (given === undefined) return undefined
  if (typeof given === "function") return { ...none, check: given as NonNullable<Verification["check"]> }
  const { check, fences = false, outcome, parameters, tool: asked } = (given ?? {}) as Partial<Verification>
  if (typeof fences !== "boolean") throw new TypeError(`Tool ${tool}: \`verify.fences\` is true or false`)
  if (asked === undefined) {
    if (typeof check === "function") return { ...none, check, fences }
    throw new TypeError(`Tool ${tool}: \`verify\` is a function, or an object with \`tool\` or \`check\``)
  }
  if (asked.safety !== "read") {
    throw new TypeError(`Tool ${tool}: \`verify.tool\` is a tool whose safety is "read", and ${asked.name} is not`)
  }
  if (typeof parameters !== "function" || typeof outcome !== "function") {
    throw new TypeError(`Tool ${tool}: \`verify.tool\` comes with the functions \`parameters\` and \`outcome\``)
  }
  return { tool: asked, parameters, outcome, check: undefined, fences }
}

const none: Verification = {
  tool: undefined,
  parameters: undefined,
  outcome: undefined,
  check: undefined,
  fences: false
}
