import * as Suggestion from "../../errors/Suggestion.ts"
import type * as ToolError from "../../errors/ToolError.ts"
import { definitionOf } from "../../errors/toolError/read.ts"
import type { Check, Found, Subject } from "./model.ts"
import { redactsIn } from "./secrets.ts"

/** Looks at what a model reads before it calls. */
export const descriptions: Check = ({ tool: { description } }) => {
  const words = String(description ?? "").trim().split(/\s+/).filter((word) => word !== "")
  if (words.length === 0) {
    return [{
      code: "description_missing",
      message: "It has no description",
      fix: "Say in `description` what the tool does, and when to call it"
    }]
  }
  return words.length >= 3 ? [] : [{
    code: "description_short",
    message: `Its description, ${JSON.stringify(words.join(" "))}, hardly says what it does`,
    fix: "Say in `description` what the tool does, and when to call it"
  }]
}

const classesOf = ({ errors, tool }: Subject) =>
  tool.errors.flatMap((Class) => {
    const entry = errors.find(({ error, origin }) => origin === "declared" && error === Class.identifier)
    return entry === undefined ? [] : [{ entry, ...definitionOf(Class.prototype as ToolError.Any) }]
  })

/** Looks at whether errors of the server's own say how to go on, and when they happen. */
export const guidance: Check = (subject) =>
  classesOf(subject).filter(({ isStock }) => !isStock).flatMap(({ entry, family, spec }): ReadonlyArray<Found> => {
    const { error, resolved_by, steps } = entry
    const says = spec.suggestion !== undefined || spec.steps !== undefined || spec.issues !== undefined ||
      (steps ?? []).length > 0
    return [
      ...says || family === "transient" || resolved_by !== "model" ? [] : [{
        code: "suggestion_missing" as const,
        error,
        message: `${error} does not say what to do instead`,
        fix: "Give the class a `suggestion` or `steps`, or the tool a guide"
      }],
      ...spec.when !== undefined && spec.when.trim() !== "" ? [] : [{
        code: "when_missing" as const,
        error,
        message: `${error} does not say when it happens`,
        fix: "Give the class a `when`: one sentence for the catalogue"
      }]
    ]
  })

/** Names as tools have them, in a sentence. */
const nameLike = /\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b/g

/** Looks for the names of tools in suggestions that no tool has, though one has nearly that name. */
export const namesInSuggestions: Check = (subject) =>
  classesOf(subject).flatMap(({ entry: { details, error, suggestion = "" } }) => {
    const fields = new Set(Object.keys((details?.["properties"] ?? {}) as object))
    const known = new Set([...subject.names, ...fields, ...argumentsOf(subject)])
    const strange = [...new Set(suggestion.match(nameLike) ?? [])].filter((name) => !known.has(name))
    return strange.flatMap((name): ReadonlyArray<Found> => {
      const [near] = Suggestion.similar(name, subject.names)
      return near === undefined ? [] : [{
        code: "suggestion_unknown_tool",
        error,
        message: `The suggestion of ${error} names ${name}, and no tool is called so`,
        fix: `Write ${near}, or make it a step by Tool.step, which the compiler checks`
      }]
    })
  })

const argumentsOf = ({ all }: Subject): ReadonlyArray<string> =>
  all.flatMap(({ input }) => {
    const { ast } = input
    return ast._tag === "Objects" ? ast.propertySignatures.map(({ name }) => String(name)) : []
  })

/** Looks for secrets in whatever a client reads: descriptions, schemas, messages, suggestions, steps. */
export const secrets: Check = (subject) => redactsIn(subject)
