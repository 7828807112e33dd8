/** Where examples are looked for. */
export const documented = [
  "packages/{core,mcp-adapter}/src/**/*.ts",
  "{,packages/{core,mcp-adapter}/}README.md",
  "docs/**/*.md"
]

export interface Fence {
  /** The line of the opening fence, from 1. */
  readonly line: number
  readonly code: string
}

const opening = /^```.*\bimport\.meta\.vitest\b/

/** Finds the runnable fences of a Markdown file, or of the doc comments of a TypeScript file. */
export const fences = (source: string, file: string): ReadonlyArray<Fence> => {
  const margin = file.endsWith(".md") ? /^/ : /^\s*\* ?/
  const lines = source.split("\n").map((line) => margin.test(line) ? line.replace(margin, "") : undefined)
  return lines.flatMap((text, index) => {
    if (text === undefined || !opening.test(text)) return []
    const end = lines.findIndex((candidate, at) =>
      at > index && (candidate === undefined || candidate.startsWith("```"))
    )
    if (lines[end] !== "```") throw new Error(`${file}:${index + 1}: the example's fence is not closed`)
    return [{ line: index + 1, code: lines.slice(index + 1, end).join("\n") }]
  })
}
