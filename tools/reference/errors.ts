/** Writes the table of the stock errors: not from their documentation, but from what calls that fail with them answer. */
import * as Classifier from "@errata/core/Classifier"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as ToolTest from "@errata/mcp-adapter/ToolTest"
import * as Effect from "effect/Effect"
import type * as SchemaAST from "effect/SchemaAST"

type StockClass = ToolError.AnyClass & { readonly fields: Readonly<Record<string, { readonly ast: SchemaAST.AST }>> }

const isClass = (value: unknown): value is StockClass => typeof value === "function" && "fields" in value

/** Makes a value of each kind that the fields of stock errors have. */
const sampleOf = ({ _tag }: SchemaAST.AST): unknown => {
  if (_tag === "String") return "sample"
  return _tag === "Number" ? 1 : []
}

const fieldsOf = ({ fields }: StockClass) =>
  Object.entries(fields).filter(([name]) => name !== "_tag").map(([name, { ast }]) => ({
    name,
    isOptional: ast.context?.isOptional === true,
    sample: sampleOf(ast)
  }))

const raise = (Class: StockClass): ToolError.Any =>
  new Class(
    Object.fromEntries(fieldsOf(Class).filter((it) => !it.isOptional).map((it) => [it.name, it.sample])) as never
  )

/** Returns what a call answers that fails with the error after it has started. */
const answer = async (Class: StockClass, safety: Tool.Safety) => {
  const tool = Tool.make("sample", { description: "Fails.", errors: [Class], safety })
  const handled = Tool.handle(tool, () => Effect.fail(raise(Class) as never))
  const { problem, text } = await Effect.runPromise(ToolTest.call(handled, {}))
  const advice = text.split("\n").find((line) => line.startsWith("Error: ")) ?? ""
  return { problem, advice: advice.replace(/^Error: \w+ \(\w+\)\.? ?/, "") }
}

const row = async (Class: StockClass): Promise<string> => {
  const error = raise(Class)
  const [read, once] = [await answer(Class, "read"), await answer(Class, "once")]
  const cells = [
    `\`${Class.identifier}\``,
    ToolError.family(error),
    `\`${ToolError.type(error).name}\``,
    fieldsOf(Class).map(({ isOptional, name }) => `\`${name}${isOptional ? "?" : ""}\``).join(" "),
    (read.problem as { readonly resolved_by?: string } | undefined)?.resolved_by ?? "",
    ToolError.family(error) === "transient" && RetryPolicy.isRetryable(error as never) ? "yes" : "no",
    read.advice,
    once.advice === read.advice ? "the same" : once.advice
  ]
  return `| ${cells.join(" | ")} |`
}

/** Returns the lists of errors that classifiers declare, by name. */
const lists = (): ReadonlyArray<readonly [name: string, classes: ReadonlyArray<ToolError.AnyClass>]> =>
  Object.entries(Classifier).flatMap(([name, value]) =>
    Array.isArray(value) && name.endsWith("Errors") ? [[name, value as ReadonlyArray<ToolError.AnyClass>] as const] : []
  )

const writeLists = (): string => {
  const rows = lists().map(([name, classes]) => {
    const names = classes.map(({ identifier }) => `\`${identifier}\``).join(", ")
    return `| \`Classifier.${name}\` | ${names} |`
  })
  return `## What classifiers give

Spread a list into a tool's \`errors\`: \`errors: [...Classifier.${lists()[0]?.[0]}, OrderShipped]\` (each class once).

| list | classes |
|---|---|
${rows.join("\n")}

A policy of \`Policy.forDependency\` adds \`Timeout\`; its \`breaker\` adds \`CircuitOpen\`, its \`rateLimit\` \`RateLimited\`, its
\`bulkhead\` \`Overloaded\`.
`
}

export const writeErrors = async (): Promise<string> => {
  const rows: Array<string> = []
  for (const Class of Object.values(Errors).filter(isClass)) rows.push(await row(Class))
  const header = [
    "class",
    "family",
    "type",
    "fields",
    "who resolves it",
    "retried",
    "a safe tool says",
    "a `once` tool says"
  ]
  return `# Stock errors

One row for each class of \`@errata/core/Errors\`. The sentences are those of a real call that fails with the error after it
has started: of a tool that may be repeated (\`read\`), and of one that may not (\`once\`, the default). "Retried" is what the
policies of \`RetryPolicy\` do of their own accord, for tools that may be repeated. A field with \`?\` may be left out.

| ${header.join(" | ")} |
|${"---|".repeat(header.length)}
${rows.join("\n")}

${writeLists()}`
}
