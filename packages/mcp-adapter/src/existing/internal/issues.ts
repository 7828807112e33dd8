import * as Issue from "@errata/core/Issue"
import { read } from "../../fold/internal/readProperty.ts"
import { isRecord } from "../../fold/internal/resultLike.ts"
import type { Known } from "./known.ts"

const mostIssues = 1_000

/** Whether a failure is a parser's, whose message is a list of issues. */
export const isParserError = (failure: unknown): boolean => issuesOf(failure) !== undefined

/**
 * The issues of a handler's own parse of its arguments: of a ZodError, or whatever else holds the issues of a Standard Schema.
 * `undefined` if it is none, or if something else was parsed, as an upstream's response.
 */
export const argumentIssues = (
  failure: unknown,
  { args, limits, listed, redactor }: Pick<Known, "args" | "limits" | "listed" | "redactor">
): ReadonlyArray<Issue.Issue> | undefined => {
  const found = issuesOf(failure)
  if (found === undefined || !isRecord(args) || !found.every((issue) => isOfArguments(issue, args, listed))) {
    return undefined
  }
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

const keyOf = (segment: unknown): string | undefined => {
  const key = isRecord(segment) ? segment["key"] : segment
  return typeof key === "string" || typeof key === "number" ? String(key) : undefined
}

/** What is there in the arguments, or is listed, was parsed from them. What is not may be missing in anything. */
const isOfArguments = (
  { path = [] }: Issue.StandardIssue,
  args: { readonly [key: string]: unknown },
  listed: ReadonlySet<string> | undefined
): boolean => {
  const first = keyOf(path[0])
  return first === undefined
    ? Object.keys(args).length > 0
    : Object.hasOwn(args, first) || listed?.has(first) === true
}
