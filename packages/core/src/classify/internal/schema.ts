import type { Family, Finding, View } from "./finding.ts"
import { items, property, tagOf } from "./read.ts"

const validators: ReadonlySet<string> = new Set(["ZodError", "$ZodError", "ValiError", "AI_TypeValidationError"])

/** Recognises what does not fit its schema: effect's, zod's, valibot's. A whole handler may have checked anything. */
const strong = ({ context, failure, names }: View): Finding | undefined => {
  if (context.handler !== undefined) return undefined
  const found = tagOf(failure) === "SchemaError" ||
    names.some((name) => validators.has(name)) &&
      (items(property(failure, "issues"), 1).length > 0 || names.includes("AI_TypeValidationError"))
  return found
    ? { kind: "malformed", reason: "it does not fit its schema", rule: "an error of a schema", read: "name" }
    : undefined
}

/** Schemas. */
export const schema: Family = {
  name: "schema",
  strong,
  ofBare: { names: (name) => validators.has(name) }
}
