/** What may leave of public fields: masked, but ids and examples, which somebody sends back, whole or not at all. */
import * as Redaction from "@errata/core/Redaction"
import type * as Schema from "effect/Schema"

/** The path of an issue says where in the arguments it is; a path elsewhere is that of a file. */
const isSentBack = (name: string, isIssue: boolean): boolean =>
  /(^|_)(id|key|handle|cursor|url|uri|path)s?$/.test(name) && !(isIssue && name === "path")

export const mayLeave = (fields: Schema.Json): Schema.Json =>
  JSON.parse(JSON.stringify(Redaction.standard.json(prune(fields, "")) ?? {})) as Schema.Json

const prune = (value: Schema.Json, name: string, isIssue = false): Schema.Json => {
  if (Array.isArray(value)) {
    const list = value as ReadonlyArray<Schema.Json>
    const stays = (item: Schema.Json) => name === "examples" ? isClean(item) : mayStay(item, name, isIssue)
    return list.filter(stays).map((item) => prune(item, name, name === "issues"))
  }
  if (typeof value !== "object" || value === null) return value
  const entries = Object.entries(value)
    .filter(([name, inner]) =>
      name.isWellFormed() && Redaction.standard.text(name) === name && mayStay(inner, name, isIssue)
    )
    .map(([name, inner]) => [name, prune(inner, name, isIssue)] as const)
    .filter(([name, inner]) => name !== "examples" || !Array.isArray(inner) || inner.length > 0)
  return Object.fromEntries(entries)
}

const isClean = (value: Schema.Json): boolean => Redaction.isClean(Redaction.standard, value)

const mayStay = (value: Schema.Json, name: string, isIssue: boolean): boolean =>
  !isSentBack(name, isIssue) || typeof value === "object" || isClean({ [name]: value })
