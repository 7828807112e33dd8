/** Reads from the README the first program a reader will copy, and the call that shows that it works. */
import { readFile } from "node:fs/promises"

export interface FirstExample {
  readonly code: string
  readonly call: { readonly name: string; readonly arguments: Record<string, unknown> }
}

const program = /^```ts\b[^\n]*\btitle="server\.ts"[^\n]*\n([\s\S]*?)^```$/m
const firstCall = /<!-- first-call: (\{.*\}) -->/

export const readFirstExample = async (file: URL): Promise<FirstExample> => {
  const text = await readFile(file, "utf8")
  return {
    code: marked(text, program, "a fence that opens with ```ts title=\"server.ts\""),
    call: JSON.parse(
      marked(text, firstCall, "a comment <!-- first-call: {\"name\": \"...\", \"arguments\": {...}} -->")
    )
  }
}

const marked = (text: string, marker: RegExp, description: string): string => {
  const found = marker.exec(text)?.[1]
  if (found === undefined) throw new Error(`The README lacks ${description}.`)
  return found
}
