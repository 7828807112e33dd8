import type { RecoveryStep } from "../../errors/RecoveryStep.ts"
import type { Catalogue, Entry, ToolErrors } from "./model.ts"

/**
 * Writes a catalogue as Markdown: a section for each tool, with a table of the errors that it declares, and one table of those that
 * the adapter answers with.
 *
 * @category writing
 * @since 0.1.0
 */
export const toMarkdown = ({ tools }: Catalogue): string => {
  const own = new Map<string, Entry>()
  for (const { errors } of tools) {
    for (const entry of errors) {
      if (entry.origin === "adapter" && !own.has(entry.error)) own.set(entry.error, entry)
    }
  }
  const sections = tools.map(section)
  return [
    ...sections,
    ...own.size === 0 ? [] : [`## Errors of every tool\n\n${table([...own.values()])}`]
  ].join("\n\n") + "\n"
}

const section = ({ errors, safety, title, tool }: ToolErrors): string => {
  const declared = errors.filter(({ origin }) => origin === "declared")
  const own = errors.filter(({ origin }) => origin === "adapter").map(({ error }) => code(error)).join(", ")
  return [
    `## ${code(tool)}`,
    `${title === undefined ? "" : `${plain(title)}. `}Safety: ${code(safety)}.`,
    ...declared.length === 0 ? ["It declares no errors."] : [table(declared)],
    ...own === "" ? [] : [`As any tool it may also answer with ${own}.`]
  ].join("\n\n")
}

const table = (entries: ReadonlyArray<Entry>): string =>
  [
    "| error | type | when | message | advice | who can help | next steps |",
    "|---|---|---|---|---|---|---|",
    ...entries.map(row)
  ].join("\n")

const row = (entry: Entry): string =>
  `| ${
    [
      code(entry.error),
      `${code(entry.type)} (${entry.category})`,
      plain(entry.when ?? ""),
      plain(entry.message),
      [entry.advice, entry.advice_if_open === undefined ? "" : `Once it may have taken effect: ${entry.advice_if_open}`]
        .filter((sentence) => sentence !== "").map(plain).join(" "),
      entry.resolved_by ?? "",
      [...entry.suggestion === undefined ? [] : [plain(entry.suggestion)], ...(entry.steps ?? []).map(stepText)].join(
        "<br>"
      )
    ].join(" | ")
  } |`

const stepText = ({ action, fill = [], options = [], parameters, tool }: RecoveryStep): string => {
  const call = tool === undefined ? "" : `: ${code(`${tool} ${JSON.stringify(parameters ?? {})}`)}`
  const rest = fill.length === 0 ? "" : ` (fill in: ${fill.map(plain).join(", ")})`
  const choices = options.map((option) => stepText(option)).join("; ")
  return `${plain(action)}${call}${rest}${choices === "" ? "" : ` (${choices})`}`
}

/** Values are text: nothing of them is markup, and none leaves its cell. */
const plain = (text: string): string =>
  oneLine(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replace(/[\\|`*_[\]]/g, "\\$&")

const code = (text: string): string => {
  const line = oneLine(text).replaceAll("|", "\\|")
  return line.includes("`") ? `\`\` ${line} \`\`` : `\`${line}\``
}

// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").trim()
