import * as Effect from "effect/Effect"
import { malformed, toThrow } from "../../../call/internal/protocol.ts"
import { passesThrough } from "../../../fold/internal/passThrough.ts"
import { defaultPrefix } from "../../../fold/internal/prefix.ts"
import { wholeOf } from "../../../fold/internal/told.ts"
import * as JsonRpcError from "../../../fold/JsonRpcError.ts"
import * as Meta from "../../../fold/Meta.ts"
import { tellOfFailure } from "../shadow.ts"
import { Thrown } from "../thrown.ts"
import type { Adoption, Trial } from "./adoption.ts"
import { isProtocolError, withoutSecrets } from "./failures.ts"
import type { RawRequest, RequestHandler } from "./parts.ts"

/** Guards a request that has no result for its errors: of a resource, a prompt, a completion. */
export const guardRequest =
  (method: string, adoption: Adoption, original: RequestHandler): RequestHandler => async (request, extra) => {
    const wrong = adoption.isShadow ? undefined : malformed(request)
    if (wrong !== undefined) throw toThrow(wrong)
    try {
      return await original(request, extra)
    } catch (failure) {
      if (passesThrough(failure)) throw failure
      if (adoption.isShadow) {
        if (!isProtocolError(failure)) {
          adoption.tellOnce(extra, () => {
            const call = { name: method, args: request.params, tool: toolOf(method), extra }
            const answer: Trial = async (enforced) => {
              throw await answerOf(method, request, failure, enforced, {})
            }
            tellOfFailure(adoption.shadowing(call, answer), failure)
          })
        }
        throw failure
      }
      if (isProtocolError(failure)) throw withoutSecrets(failure, adoption.redactor)
      throw await answerOf(method, request, failure, adoption, extra)
    }
  }

/** Returns what is thrown at the SDK for a failure. */
const answerOf = async (
  method: string,
  { params = {} }: RawRequest,
  failure: unknown,
  adoption: Adoption,
  extra: unknown
): Promise<Error> => {
  const work = { args: params, run: () => Effect.fail(new Thrown(failure)) }
  const { _meta } = await adoption.answer(method, toolOf(method), work, extra)
  return toThrow(fromMeta(_meta, adoption))
}

/** Requests of the protocol's own only read. */
const toolOf = (method: string): unknown => isOfMcp(method) ? readOnly : undefined

/** Tests whether a handler of the server's answers a method of the protocol's own; the SDK itself answers the others. */
export const isOfMcp = (method: string): boolean => /^(?:tools|resources|prompts|completion)\//.test(method)

/** Requests of the protocol's own other than calls only read. */
const readOnly = { annotations: { readOnlyHint: true } }

/** Returns the problem of a result as a JSON-RPC error. A call that was cancelled has none, and gets no answer. */
export const fromMeta = (
  meta: { readonly [key: string]: unknown } | undefined,
  { metaPrefix = defaultPrefix }: Adoption
): JsonRpcError.JsonRpcError => {
  const problem = wholeOf(meta?.[`${metaPrefix}problem`]) ?? Meta.problem(meta, [metaPrefix])
  if (problem === undefined) return { code: JsonRpcError.codes.internalError, message: "Cancelled" }
  return problem.type === "internal_error"
    ? JsonRpcError.internalError(problem.reference_id)
    : JsonRpcError.fromProblem(problem, metaPrefix)
}
