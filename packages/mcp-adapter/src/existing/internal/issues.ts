import * as Issue from "@errata/core/Issue"
import { read } from "../../fold/internal/readProperty.ts"
import { isRecord } from "../../fold/internal/resultLike.ts"
import type { Known } from "./known.ts"
import { isParsedFrom } from "./parsed.ts"

const mostIssues = 1_000

/** Tests whether a failure is a parser's, whose message is a list of issues. */
export const isParserError = (failure: unknown): boolean => issuesOf(failure) !== undefined

/**
 * The issues of a handler's own parse of its arguments: of a ZodError, or whatever else holds the issues of a Standard Schema.
 * `undefined` if it is none, or if something else was parsed, as an upstream's response.
 */
export const argumentIssues = (
  failure: unknown,
  { args, isFirst, limits, listed, redactor }: Pick<Known, "args" | "isFirst" | "limits" | "listed" | "redactor">
): ReadonlyArray<Issue.Issue> | undefined => {
  const found = issuesOf(failure)
  if (found === undefined || !isRecord(args)) return undefined
  const given = { args, listed: listed?.(), isFirst: isFirst === true }
  if (!found.every((issue) => isParsedFrom(issue, given))) return undefined
  return Issue.fromStandardIssues(found, { value: args, redactor, limits })
}

const parserNames = /^(?:\$?ZodError|\$?ZodRealError|ValiError|SchemaError|ArkErrors|ValidationError)$/

const issuesOf = (failure: unknown): ReadonlyArray<Issue.StandardIssue> | undefined => {
  const issues = read(failure, "issues")
  if (!Array.isArray(issues) || issues.length === 0 || !parserNames.test(String(read(failure, "name")))) {
    return undefined
  }
  const few = issues.slice(0, mostIssues) as ReadonlyArray<unknown>
  return few.every(isIssue) ? few : undefined
}

const isIssue = (issue: unknown): issue is Issue.StandardIssue =>
  isRecord(issue) && typeof issue["message"] === "string" &&
  (issue["path"] === undefined || Array.isArray(issue["path"]))
