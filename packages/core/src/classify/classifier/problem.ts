import { attempt } from "../../errors/internal/attempt.ts"
import * as ToolError from "../../errors/ToolError.ts"
import { parsed } from "../internal/body.ts"
import { build } from "../internal/build.ts"
import { waitOf } from "../internal/explain.ts"
import type { Options } from "../internal/model.ts"
import { anyProblem, type ProblemBody, problemIn, wordsOf } from "../internal/problem.ts"
import { slugOf } from "../internal/slug.ts"
import { decide } from "../internal/walk.ts"
import type { FromHttp } from "./http.ts"
import type { Classifier } from "./model.ts"

/**
 * Configures {@link problem}.
 *
 * @category models
 * @since 0.1.0
 */
export interface ProblemOptions<
  Found extends { readonly [type: string]: ToolError.Any | undefined } = {
    readonly [type: string]: ToolError.Any | undefined
  }
> extends Options {
  /**
   * Makes the errors for the service's own types, by the URI or by its last part: `out-of-credit`. One that returns `undefined`
   * leaves the problem to its status.
   */
  readonly types?: { readonly [Type in keyof Found]: (problem: ProblemBody) => Found[Type] } | undefined
  /**
   * Quotes the service: its `detail` or `title`, and what it says is wrong with which part of a request,
   * become the message. Secrets are masked in it as in every message. Default: false.
   */
  readonly quotes?: boolean | undefined
}

/**
 * Classifies a failure that carries a problem body (RFC 9457, `application/problem+json`): by a table of the service's own types,
 * else by its status, else by the well-known last part of its type.
 *
 * **Details**
 *
 * The body is found where clients keep it (`response.data`, `data`, `body`, `problem`, a message that is JSON), in causes, or is
 * the failure itself, as a record or as JSON text. `Retry-After`, as a header or as an extension of the body, is honoured.
 * `errors`, `invalid-params` and their like are quoted after the message, at most five. What carries no problem body is
 * `undefined`.
 *
 * **Example** (Quoting a service)
 *
 * ```ts import.meta.vitest
 * import * as Classifier from "@errata/core/Classifier"
 * import * as Errors from "@errata/core/Errors"
 *
 * const classify = Classifier.problem({
 *   service: "The bank",
 *   quotes: true,
 *   types: { "out-of-credit": () => new Errors.QuotaExhausted({ service: "the bank" }) }
 * })
 *
 * const body = { type: "https://bank.example/probs/out-of-credit", title: "Not enough credit", status: 403, detail: "Your balance is 30" }
 * const credit = classify({ response: { status: 403, data: body } })
 * credit?._tag // => "QuotaExhausted"
 *
 * classify({ body: `{"title":"No such account","status":404}` })?._tag // => "NotFound"
 * classify(new Error("something went wrong")) // => undefined
 * ```
 *
 * @category classifiers
 * @since 0.1.0
 */
export const problem = <Found extends { readonly [type: string]: ToolError.Any | undefined } = {}>(
  options: ProblemOptions<Found>
): Classifier<FromHttp | Exclude<Found[keyof Found], undefined>> =>
(failure, context = {}) =>
  attempt(() => {
    const held = typeof failure === "string" ? parsed(failure) : failure
    const decision = decide(held, [anyProblem], options, context)
    if (decision._tag !== "Known") return undefined
    const body = problemIn(decision.view.failure)!
    const seconds = waitOf(decision, context)?.seconds
    const error = ownOf(body, options.types as ProblemOptions["types"]) ??
      build(decision.finding, options, { cause: failure, seconds })
    return withWords(error, options.quotes === true ? wordsOf(body) : undefined) as never
  })

const ownOf = (body: ProblemBody, types: ProblemOptions["types"] = {}): ToolError.Any | undefined => {
  const slug = slugOf(body.type)
  for (const [type, make] of Object.entries(types)) {
    if (type === body.type || slug !== undefined && type.toLowerCase().replaceAll("-", "_") === slug) return make(body)
  }
  return undefined
}

const withWords = (error: ToolError.Any, message: string | undefined): ToolError.Any =>
  message === undefined ? error : ToolError.withGuidance(error, { message })
