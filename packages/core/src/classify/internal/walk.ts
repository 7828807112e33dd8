import * as ToolError from "../../errors/ToolError.ts"
import { saysNothing } from "./bare.ts"
import type { Family, Finding, View } from "./finding.ts"
import { isMistake } from "./language.ts"
import type { Context, Options } from "./model.ts"
import { codeIn, isBare, isObject, items, messageOf, namesOf, property, text, valuesOf } from "./read.ts"

/** Describes what was decided on a failure: by which family and rule, at which depth of the causes; or why nothing was. */
export type Decision =
  | {
    readonly _tag: "Known"
    readonly family: string
    readonly finding: Finding
    readonly view: View
    readonly depth: number
  }
  | { readonly _tag: "Mistake"; readonly name: string; readonly depth: number }
  | { readonly _tag: "Disagree"; readonly depth: number }
  | { readonly _tag: "Unknown"; readonly looked: number }

/** Limits how deep causes are looked into, and how many failures in all. */
const deepest = 5
const most = 40

interface Step {
  readonly members: ReadonlyArray<object>
  readonly depth: number
}

/** Asks the families about a failure and its causes, level by level: the outermost that says something wins. */
export const decide = (
  failure: unknown,
  families: ReadonlyArray<Family>,
  options: Options,
  context: Context
): Decision => {
  if (!isObject(failure)) return { _tag: "Unknown", looked: 0 }
  const seen = new Set<object>()
  const views: Array<readonly [view: View, depth: number]> = []
  const steps: Array<Step> = [{ members: [failure], depth: 0 }]
  for (let step = steps.shift(); step !== undefined && seen.size < most; step = steps.shift()) {
    const { depth } = step
    const found: Array<Decision & { readonly _tag: "Known" }> = []
    for (const member of step.members) {
      if (seen.has(member)) continue
      seen.add(member)
      if (isMistake(member)) return { _tag: "Mistake", name: text(member, "name") ?? "", depth }
      if (ToolError.is(member)) continue
      const view = viewOf(member, options, context)
      const isPlain = isBare(member) && !holdsJson.test(view.message)
      if (isPlain && saysNothing(view, families)) continue
      const decision = ask(isPlain ? families.filter(asksBare) : families, "strong", view, depth)
      if (decision !== undefined) found.push(decision)
      else {
        views.push([view, depth])
        if (depth < deepest && !isPlain) {
          steps.push(...linksOf(member).map((members) => ({ members, depth: depth + 1 })))
        }
      }
    }
    if (found.length > 0) return agreed(found, depth)
  }
  for (const [view, depth] of views) {
    const decision = ask(families, "weak", view, depth)
    if (decision !== undefined) return decision
  }
  return { _tag: "Unknown", looked: seen.size }
}

/** A message may be the body of a response. */
const holdsJson = /^\s*\{/

const asksBare = ({ needsMore }: Family): boolean => needsMore !== true

const viewOf = (failure: object, options: Options, context: Context): View => ({
  failure,
  names: namesOf(failure),
  message: messageOf(failure),
  code: codeIn(failure, "code"),
  options,
  context
})

const ask = (
  families: ReadonlyArray<Family>,
  rule: "strong" | "weak",
  view: View,
  depth: number
): (Decision & { readonly _tag: "Known" }) | undefined => {
  for (const family of families) {
    const finding = family[rule]?.(view)
    if (finding !== undefined) return { _tag: "Known", family: family.name, finding, view, depth }
  }
  return undefined
}

/** Of several at once, all transient, that one which leaves most open. */
const openness: ReadonlyArray<Finding["kind"]> = [
  "timeout",
  "lost",
  "failed",
  "overloaded",
  "limited",
  "open",
  "refused"
]

const agreed = (found: ReadonlyArray<Decision & { readonly _tag: "Known" }>, depth: number): Decision => {
  const kinds = found.map(({ finding }) => finding.kind)
  if (new Set(kinds).size === 1) return found[0]!
  const ranks = kinds.map((kind) => openness.indexOf(kind))
  return ranks.includes(-1) ? { _tag: "Disagree", depth } : found[ranks.indexOf(Math.min(...ranks))]!
}

/** Under which names libraries keep the failure that caused theirs. */
const causes = [
  "cause",
  "original",
  "parent",
  "originalError",
  "driverError",
  "nativeError",
  "lastError",
  "networkError",
  "originalException",
  "innerError",
  "inner",
  "sourceError"
] as const

/** Names that hold other things, too: only what looks like an error counts. */
const perhaps = ["reason", "error", "err", "detail", "exception"] as const

const linksOf = (failure: object): ReadonlyArray<ReadonlyArray<object>> => {
  const one = causes.map((name) => property(failure, name)).filter(isObject)
  const maybe = perhaps.map((name) => property(failure, name)).filter((value): value is object =>
    isObject(value) && looksLikeError(value)
  )
  const held = property(failure, "innerErrors") // Cassandra's, by host
  const several = [...items(property(failure, "errors"), 8), ...isObject(held) ? valuesOf(held).slice(0, 8) : []]
    .filter((value): value is object => isObject(value) && looksLikeError(value))
  return [...[...one, ...maybe].map((value) => [value]), ...several.length > 0 ? [several] : []]
}

const looksLikeError = (value: object): boolean =>
  text(value, "stack") !== undefined || text(value, "_tag") !== undefined ||
  text(value, "name") !== undefined && text(value, "message") !== undefined
