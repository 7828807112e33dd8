import { issuesIn } from "./foreign.ts"
import { findObject, isObject, jsonAt } from "./json.ts"
import type { Arguments } from "./model.ts"
import { errorLine, plainest, views } from "./plain.ts"
import { type Advised, advised, offered } from "./prose.ts"

/** Describes something that a reply says to do. */
export interface Action {
  readonly action: string
  /** The tool to call; absent where a person acts. */
  readonly tool?: string
  readonly parameters: Arguments
  readonly fill: ReadonlyArray<string>
}

/** Describes a step, perhaps with alternatives to choose from. */
export interface Step extends Action {
  readonly options: ReadonlyArray<Action>
}

/** Describes an item of a batch that failed. */
export interface Item {
  readonly key: string
  readonly words: string
  readonly similar: ReadonlyArray<string>
}

/** Holds what a reader finds in the words of a reply. */
export interface Told extends Advised {
  /** The words, as they were read. */
  readonly text: string
  /** Is true if they say that the call failed, wholly or in part. */
  readonly isFailure: boolean
  /** Is true if they are the report of a batch of which a part succeeded. */
  readonly isPartial: boolean
  readonly message: string
  readonly type: string | undefined
  readonly advice: string
  readonly suggestion: string
  readonly reference: string | undefined
  readonly issues: ReadonlyArray<{ readonly path: string; readonly words: string }>
  readonly similar: ReadonlyArray<string>
  readonly steps: ReadonlyArray<Step>
  readonly items: ReadonlyArray<Item>
  readonly retryKeys: ReadonlyArray<string>
}

/** Reads what a model is shown, and nothing else. */
export const read = (shown: unknown): Told => {
  const ways = views(shown)
  const text = plainest(ways)
  const [, type, , advice = ""] = errorLine.exec(text) ?? []
  const lines = text.split("\n")
  const report = type === undefined ? ways.map(reportIn).find((found) => found !== undefined) : undefined
  const suggestion = after(lines, "Suggestion: ") ?? ""
  const items = report !== undefined ? itemsIn(report) : type === "batch_failed" ? itemsOf(lines) : []
  const retryKeys = report === undefined ? keysOf(lines) : textsIn(summaryOf(report)["retry_keys"])
  const said = report === undefined ? advice : [report["advice"], summaryOf(report)["suggestion"]].join(" ").trim()
  return {
    ...advised(type === undefined && report === undefined ? text : said),
    text,
    type,
    advice: said,
    suggestion,
    isFailure: type !== undefined || report !== undefined || flagged(text, ways),
    isPartial: report?.["status"] === "partial",
    message: messageOf(lines),
    reference: /^Reference: ([0-9a-f]{8})/m.exec(text)?.[1],
    issues: type === undefined ? issuesIn(text) : items.length === 0 ? issuesOf(lines) : [],
    similar: alternativesIn(after(lines, "Did you mean: ", "?")) ?? (type === undefined ? offered(text) : []),
    steps: stepsOf(lines),
    items,
    retryKeys
  }
}

/** Tells a failure by the words that hosts and SDKs put before one. */
const flagged = (text: string, ways: ReadonlyArray<string>): boolean =>
  /^\s*(?:\[ERROR\]|\[?error\b|\{"error"|ToolException)/i.test(text) ||
  ways.some((way) => /\bMCP error -\d{5}: |\bisError"?:\s*true/.test(way))

const after = (lines: ReadonlyArray<string>, label: string, end = ""): string | undefined => {
  const found = lines.find((line) => line.startsWith(label))
  if (found === undefined) return undefined
  const cut = end === "" ? -1 : found.lastIndexOf(end)
  return found.slice(label.length, cut === -1 ? undefined : cut)
}

/** Takes names apart that stand between commas; one that is not plain stands in quotes. */
const alternativesIn = (list: string | undefined): ReadonlyArray<string> | undefined =>
  list?.match(/"(?:[^"\\\n]|\\.)*"|[^",\s][^,]*/g)?.map((name) => name.startsWith("\"") ? unquoted(name) : name)

const unquoted = (name: string): string => {
  try {
    return String(JSON.parse(name))
  } catch {
    return name
  }
}

const messageOf = (lines: ReadonlyArray<string>): string => {
  const at = lines.findIndex((line) => /^Error: [a-z_]+ \(/.test(line))
  return lines[at > 0 ? at - 1 : 0] ?? ""
}

const issueLine = /^- ([^\s:][^:]{0,200}): (.+)$/

const issuesOf = (lines: ReadonlyArray<string>): Told["issues"] =>
  lines.flatMap((line) => {
    const [, path, words] = issueLine.exec(line) ?? []
    return path === undefined || words === undefined ? [] : [{ path, words }]
  })

const itemLine = /^- (.+?): ([a-z_]+)\. (.+)$/

const itemsOf = (lines: ReadonlyArray<string>): ReadonlyArray<Item> =>
  lines.flatMap((line) => {
    const [, key, , words] = itemLine.exec(line) ?? []
    return key === undefined || words === undefined
      ? []
      : [{ key, words, similar: alternativesIn(/\bDid you mean: (.+)\?$/.exec(words)?.[1]) ?? [] }]
  })

const keysOf = (lines: ReadonlyArray<string>): ReadonlyArray<string> => {
  const label = "- retry_keys: "
  const line = lines.find((line) => line.startsWith(label))
  return line === undefined ? [] : textsIn(jsonAt(line, label.length)?.value)
}

const textsIn = (value: unknown): ReadonlyArray<string> =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : []

const reportIn = (text: string): Arguments | undefined =>
  findObject(
    text,
    (value) => (value["status"] === "partial" || value["status"] === "failed") && isObject(value["error_summary"])
  )

const summaryOf = (report: Arguments): Arguments => report["error_summary"] as Arguments

const itemsIn = ({ errors }: Arguments): ReadonlyArray<Item> =>
  (Array.isArray(errors) ? errors : []).filter(isObject).map((error) => ({
    key: String(error["key"]),
    words: [error["message"], error["suggestion"]].join(" "),
    similar: textsIn(error["similar_matches"])
  }))

const stepsOf = (lines: ReadonlyArray<string>): ReadonlyArray<Step> => {
  const steps: Array<Step & { readonly options: Array<Action> }> = []
  const begin = lines.indexOf("Next steps:")
  for (const line of begin === -1 ? [] : lines.slice(begin + 1)) {
    const [, step] = /^\d+\. (.+)$/.exec(line) ?? []
    const [, option] = /^\s+[a-e]\. (.+)$/.exec(line) ?? []
    if (step !== undefined) steps.push({ ...actionIn(step), options: [] })
    else if (option !== undefined) steps.at(-1)?.options.push(actionIn(option))
    else break
  }
  return steps
}

/** Limits how many places of a step are tried for its parameters. */
const maxPlaces = 20

/** The name of the tool stands before its parameters, which are JSON. */
const actionIn = (words: string): Action => {
  for (
    const { 0: all, 1: tool, index } of [...words.matchAll(/: ([A-Za-z0-9_.-]{1,128}) (?=\{)/g)].slice(0, maxPlaces)
  ) {
    const parameters = jsonAt(words, index + all.length)
    if (!isObject(parameters?.value)) continue
    const [, fill] = /^ \(fill in: ([^)]+)\)/.exec(words.slice(parameters.end)) ?? []
    return { action: words.slice(0, index), tool: tool!, parameters: parameters.value, fill: fill?.split(", ") ?? [] }
  }
  return { action: words, parameters: {}, fill: [] }
}
