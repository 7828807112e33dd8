import { describe, expect, it } from "@effect/vitest"
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import { execFile } from "node:child_process"
import { readdir, readFile } from "node:fs/promises"
import { promisify } from "node:util"

const options = { name: "read", safety: "read", logsCalls: false, service: "The filesystem" } as const
type Given = { readonly path: string }
const answer = async (handler: (given: Given) => Promise<unknown>, path: string) =>
  JSON.stringify((await wrapHandler(handler, options)({ path })).content[0]).split(/"text":"|\\n/)[1]

describe("what a wrapped handler met on its own disk", () => {
  it("is told where the caller asked for it, by its path and what was tried", async () => {
    expect(await answer(({ path }) => readFile(path), "/no/such/file.txt")).toBe("File /no/such/file.txt not found.")
    expect(await answer(({ path }) => readFile(`/no/such/${path}`), "file.txt")).toBe("File file.txt not found.")
    expect(await answer(({ path }) => readdir(path), "/no/such/folder")).toBe("Directory /no/such/folder not found.")
  })

  it.each<[string, () => Promise<unknown>]>([
    ["a template that is missing", () => readFile("/no/such/template.html")],
    ["a program that is missing", () => promisify(execFile)("no-such-program", ["x"])],
    ["a text that it parsed itself", () => Promise.resolve().then(() => JSON.parse("{nonsense") as unknown)]
  ])("is masked where it is the handler's own: %s", async (_, handler) => {
    expect(await answer(handler, "a.txt")).toBe("The tool failed unexpectedly.")
  })
})
