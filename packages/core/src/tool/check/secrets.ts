import { attempt } from "../../errors/internal/attempt.ts"
import * as Limits from "../../redaction/Limits.ts"
import * as Redaction from "../../redaction/Redaction.ts"
import type { Any } from "../definition/model.ts"
import * as JsonSchema from "../JsonSchema.ts"
import type { Found, Subject } from "./model.ts"

/** Returns where something stands that a redactor would mask. */
export const redactsIn = ({ errors, redactor, tool }: Subject): ReadonlyArray<Found> => {
  const isUnsafe = (value: unknown): boolean =>
    attempt(() => !Redaction.isClean(redactor, JSON.parse(JSON.stringify(value)), Limits.defaults)) === true
  const ofTool = placesOf(tool).filter(([, value]) => isUnsafe(value)).map(([where]): Found => ({
    code: "secret_in_text",
    message: `Its ${where} holds what looks like a secret`,
    fix: "Take it out: every client is shown it"
  }))
  const ofErrors = errors.filter(({ origin }) => origin === "declared").flatMap((entry) =>
    (["message", "suggestion", "when", "steps", "details"] as const)
      .filter((name) => entry[name] !== undefined && isUnsafe(entry[name]))
      .map((name): Found => ({
        code: "secret_in_text",
        error: entry.error,
        message: `The ${name} of ${entry.error} holds what looks like a secret`,
        fix: "Take it out: it is masked in replies, and shown in the catalogue"
      }))
  )
  return [...ofTool, ...ofErrors]
}

const placesOf = (tool: Any): ReadonlyArray<readonly [where: string, value: unknown]> => [
  ["description", tool.description],
  ["title", tool.title ?? ""],
  ["input schema", attempt(() => JsonSchema.ofInput(tool.input)) ?? ""],
  ["output schema", attempt(() => JsonSchema.ofOutput(tool.output)) ?? ""]
]
