/** Reads what the README tells a newcomer to write and to type. */
import { readFile } from "node:fs/promises"

const fenceOf = (text: string, opening: string): string => {
  const start = text.indexOf(`\n\`\`\`${opening}\n`)
  const end = text.indexOf("\n```\n", start + 1)
  if (start < 0 || end < 0) throw new Error(`The README lacks a fence that opens with \`\`\`${opening}`)
  return text.slice(text.indexOf("\n", start + 1) + 1, end + 1)
}

const placeholder = "<both tarballs>"

/** Reads the lines that are typed in an empty folder, and the tsconfig.json that stands in it. */
export const readInstallation = async (
  file: URL,
  tarballs: ReadonlyArray<string>
): Promise<{ readonly tsconfig: string; readonly lines: ReadonlyArray<string> }> => {
  const text = await readFile(file, "utf8")
  const lines = fenceOf(text, "sh title=\"an empty folder\"").split("\n").map((line) => line.split(" #")[0]!.trim())
    .filter((line) => line !== "")
  if (!lines.some((line) => line.includes(placeholder))) throw new Error(`No line of the README has ${placeholder}`)
  return {
    tsconfig: fenceOf(text, "json title=\"tsconfig.json\""),
    lines: lines.map((line) => line.replace(placeholder, tarballs.join(" ")))
  }
}
