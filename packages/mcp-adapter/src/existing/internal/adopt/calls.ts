import * as Errors from "@errata/core/Errors"
import * as Issue from "@errata/core/Issue"
import * as Limits from "@errata/core/Limits"
import * as Suggestion from "@errata/core/Suggestion"
import * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import { malformed, toThrow } from "../../../call/internal/protocol.ts"
import { wordsOfFailure } from "../../../fold/internal/lifted.ts"
import { passesThrough } from "../../../fold/internal/passThrough.ts"
import { isRecord } from "../../../fold/internal/resultLike.ts"
import * as JsonRpcError from "../../../fold/JsonRpcError.ts"
import { type Shadowing, tell, tellOfFailure, tellOfReturned } from "../shadow.ts"
import { messageOf, Thrown } from "../thrown.ts"
import type { Work } from "../work.ts"
import type { AdoptedCall, Adoption } from "./adoption.ts"
import { foldedOf, wrapCallback } from "./callbacks.ts"
import { isProtocolError, withoutSecrets } from "./failures.ts"
import { listTools } from "./listing.ts"
import { isOurs } from "./ours.ts"
import type { RawRequest, RequestHandler, ServerParts } from "./parts.ts"
import { fromMeta } from "./requests.ts"
import { failureOf, isTask, wrapTask } from "./tasks.ts"

const callOf = (parts: ServerParts, { params }: RawRequest, extra: unknown): AdoptedCall => {
  const name = typeof params?.["name"] === "string" ? params["name"] : "tool"
  const tools = parts.registry("_registeredTools") ?? {}
  const tool = () =>
    parts.mcp === undefined ? parts.listing.get(name) : Object.hasOwn(tools, name) ? tools[name] : undefined
  return { name, args: params?.["arguments"], tool: tool(), listed: tool, extra }
}

/** Returns the same request, without arguments that are `null`. Throws what is wrong with one that names no tool. */
const checked = (request: RawRequest): RawRequest => {
  const wrong = malformed(request)
  if (wrong !== undefined) throw toThrow(wrong)
  if (request.params?.["arguments"] !== null) return request
  const { arguments: _, ...params } = request.params
  return { ...request, params }
}

/** Tests whether arguments are none that a tool could take: an SDK would refuse the whole request, and no model reads why. */
const isOdd = (args: unknown): boolean => args !== undefined && !isRecord(args)

const refuseOdd = (adoption: Adoption, { args, extra, name, tool }: AdoptedCall): Promise<unknown> => {
  const kind = Array.isArray(args) ? "array" : typeof args === "string" ? "text" : typeof args
  const refusal = new Errors.InvalidArguments({ issues: [Issue.make([], `Expected object, got ${kind}`)] })
  return adoption.answer(name, tool, { args, run: () => Effect.void, refusal }, extra)
}

/** Describes a call that did not succeed, though no handler that is wrapped failed. */
interface Ended {
  readonly call: AdoptedCall
  /** In whatever words. */
  readonly words: string
  /** Holds what was thrown or returned. */
  readonly outcome: { readonly thrown: unknown } | { readonly returned: unknown }
  /** Is true if the tool's handler is wrapped: then it was not the handler that said it. */
  readonly isFolded: boolean
}

/**
 * Guards the calls of an `McpServer`, whose handlers are wrapped: what fails here the SDK says in its own words, of
 * arguments, results, and tools that do not exist.
 */
export const guardCalls =
  (parts: ServerParts, adoption: Adoption, original: RequestHandler, foldsTools: boolean): RequestHandler =>
  async (given, extra) => {
    const request = adoption.isShadow ? given : checked(given)
    const call = callOf(parts, request, extra)
    if (!adoption.isShadow && isOdd(call.args)) return refuseOdd(adoption, call)
    if (isTask(call.tool)) wrapTask(call.name, call.tool, adoption)
    const isFolded = foldsTools
      ? call.tool !== undefined && !isTask(call.tool)
      : wrapCallback(call.name, call.tool, adoption)
    const end = adoption.isShadow ? tellOf : answerTo
    let result: unknown
    try {
      result = await original(request, extra)
    } catch (thrown) {
      if (passesThrough(thrown)) throw thrown
      const failed = failureOf(extra)
      if (failed !== undefined) throw toThrow(fromMeta(failed._meta, adoption))
      const folded = foldedOf(extra)
      if (folded !== undefined) return folded
      return end({ call, words: messageOf(thrown), outcome: { thrown }, isFolded }, adoption, parts)
    }
    const failed = failureOf(extra)
    if (failed !== undefined) return failed
    if (isFolded && !(isRecord(result) && result["isError"] === true)) return result
    if (isRecord(result) && isOurs(result)) return result
    const words = wordsOfFailure(result)
    return words === undefined ? result : end({ call, words, outcome: { returned: result }, isFolded }, adoption, parts)
  }

const answerTo = async (ended: Ended, adoption: Adoption, parts: ServerParts): Promise<unknown> => {
  const { call, outcome, words } = ended
  const answer = (work: Pick<Work, "run" | "refusal">) =>
    adoption.answer(call.name, call.tool, { args: call.args ?? {}, ...work }, call.extra)
  switch (kindOf(ended)) {
    case "arguments":
      return answer({ run: () => Effect.void, refusal: await refusal(adoption, call, words) })
    case "broken":
      return answer({ run: () => Effect.die(new Error(words)) })
    case "unknown":
      if ("thrown" in outcome) throw toThrow(JsonRpcError.unknownTool(call.name, enabledTools(parts)))
      return answer({ run: () => Effect.void, refusal: unknownTool(call.name, enabledTools(parts)) })
    case "other":
      if ("returned" in outcome) return answer({ run: () => Effect.succeed(withoutPrefix(outcome.returned)) })
      if (isProtocolError(outcome.thrown)) throw withoutSecrets(outcome.thrown, adoption.redactor)
      return answer({ run: () => Effect.fail(new Thrown(outcome.thrown)) })
  }
}

/** SDK 1.x answers with a result, and its clients wait for one. */
const unknownTool = (name: string, known: ReadonlyArray<string>): Errors.NotFound =>
  ToolError.withGuidance(new Errors.NotFound({ resource: "Tool", id: name }), {
    similarMatches: Suggestion.similar(name, known)
  })

/** Drops the code with which SDK 1.x begins what it says by itself: its own clients add it once more. */
const withoutPrefix = (result: unknown): unknown => {
  if (!isRecord(result) || !Array.isArray(result["content"])) return result
  const content = (result["content"] as ReadonlyArray<unknown>).map((block) =>
    isRecord(block) && typeof block["text"] === "string"
      ? { ...block, text: block["text"].replace(/^(?:MCP error -?\d+: )+/, "") }
      : block
  )
  return { ...result, content }
}

/** Tells what would have been answered, unless that was said already, and lets it pass. */
const tellOf = (ended: Ended, adoption: Adoption, parts: ServerParts): unknown => {
  const { call, outcome, words } = ended
  adoption.tellOnce(call.extra, () => {
    const kind = kindOf(ended)
    const shadowing = adoption.shadowing(call, (enforced) => answerTo(ended, enforced, parts))
    if (kind === "other") {
      if ("returned" in outcome) tellOfReturned(shadowing, "HandlerFailed", outcome.returned)
      else if (!isProtocolError(outcome.thrown)) tellOfFailure(shadowing, outcome.thrown)
      return
    }
    const would = kind === "unknown" && "returned" in outcome ? namesTools : wouldBe[kind]
    const trial = () => shadowing.trial({ run: () => Effect.void })
    const told = { kind: "refused" as const, error: called[kind], words, trial }
    tell(kind === "unknown" && adoption.comparison !== undefined ? nameless(shadowing, call) : shadowing, would, told)
  })
  if ("thrown" in outcome) throw outcome.thrown
  return outcome.returned
}

/** Clients choose the names of tools that do not exist. */
const nameless = (shadowing: Shadowing, { name }: AdoptedCall): Shadowing => ({
  ...shadowing,
  options: { ...shadowing.options, name: "(unknown tool)" },
  known: { ...shadowing.known, args: { tool: name } }
})

const namesTools = { would: "name the tools that are near", type: "NotFound" }

/** Lists how a comparison calls what an SDK refuses. */
const called = { arguments: "wrong arguments", broken: "wrong result", unknown: "unknown tool" } as const

/**
 * Returns what either SDK says of a call by itself, by its words. All else that it says of a tool whose handler is wrapped is the
 * message of an exception, a schema's for example, unless SDK 1.x writes its code before it.
 */
const kindOf = ({ call, isFolded, outcome, words }: Ended): "arguments" | "broken" | "unknown" | "other" => {
  if (/^(?:MCP error -32602: )*(?:Input validation error: )?Invalid arguments for tool /.test(words)) return "arguments"
  if (
    /^(?:MCP error -32602: )*(?:Output validation error: |Invalid tools\/call result: |Invalid structured content for tool |Tool .* has an output schema but )/s
      .test(words)
  ) {
    return "broken"
  }
  if (call.tool === undefined && /^(?:MCP error -32602: )*Tool .* (?:not found|disabled)$/s.test(words)) {
    return "unknown"
  }
  return isFolded && "returned" in outcome && !/^MCP error -326\d\d: /.test(words) ? "broken" : "other"
}

const wouldBe = {
  arguments: { would: "be reported issue by issue", type: "invalid_arguments" },
  broken: { would: "be masked", type: "internal_error" },
  unknown: { would: "be a JSON-RPC error", type: "unknown_tool" }
} as const

const refusal = async (adoption: Adoption, call: AdoptedCall, words: string): Promise<Errors.InvalidArguments> => {
  const value = call.args ?? {}
  const limits = Limits.make(adoption.limits ?? {})
  // arguments that are too many were kept from the schema on purpose
  const found = /Input validation error: |^Invalid arguments for tool .*: \[/s.test(words)
    ? await issuesOf(Object(call.tool), value)
    : []
  const { redactor } = adoption
  const issues = Issue.fromStandardIssues(found.slice(0, limits.problemIssues), { value, redactor, limits })
  return new Errors.InvalidArguments({
    issues: issues.length > 0 ? issues : [Issue.make([], words.replace(/^(?:MCP error -32602: )+/, ""))]
  })
}

/** Asks the tool's schema again: the SDK tells its issues as one text. */
const issuesOf = async (
  { inputSchema }: { readonly inputSchema?: unknown },
  args: unknown
): Promise<ReadonlyArray<Issue.StandardIssue>> => {
  try {
    const standard = (inputSchema as { readonly "~standard"?: StandardSchema } | undefined)?.["~standard"]
    return (await standard?.validate(args))?.issues ?? []
  } catch {
    return []
  }
}

interface StandardSchema {
  readonly validate: (value: unknown) => MaybePromise<{ readonly issues?: ReadonlyArray<Issue.StandardIssue> }>
}

type MaybePromise<A> = A | Promise<A>

const enabledTools = (parts: ServerParts): ReadonlyArray<string> =>
  Object.entries(parts.registry("_registeredTools") ?? {})
    .filter(([, tool]) => isRecord(tool) && tool["enabled"] !== false)
    .map(([name]) => name)

/** Guards the calls of a low-level server, whose only handler answers for every tool. */
export const guardOnlyHandler =
  (parts: ServerParts, adoption: Adoption, original: RequestHandler): RequestHandler => async (given, extra) => {
    const request = adoption.isShadow ? given : checked(given)
    const call = callOf(parts, request, extra)
    if (!adoption.isShadow && isOdd(call.args)) return refuseOdd(adoption, call)
    let listed: ReadonlyArray<string> | undefined
    let isReturned = false
    // what the list says of a tool rules the advice: it is asked once, at the first failure
    const learn = async () => {
      if (!parts.listing.has(call.name)) listed = await listTools(parts, extra)
    }
    const similar = () =>
      listed === undefined || listed.includes(call.name) ? [] : Suggestion.similar(call.name, listed)
    // who answers for a tool that does not exist with a result goes on with one
    const finish = (result: unknown) => {
      if (isReturned || !isRecord(result) || result["isError"] !== true) return result
      if (listed === undefined || listed.includes(call.name)) return result
      throw toThrow(JsonRpcError.unknownTool(call.name, listed))
    }
    const result = await adoption.fold(
      { ...call, similar },
      async (extra) => {
        const returned = await original(request, extra)
        isReturned = true
        return returned
      },
      learn,
      finish
    )
    return adoption.isShadow ? result : finish(result)
  }
