import { execFile } from "node:child_process"
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import * as NodePath from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterAll, beforeAll, describe, expect, it } from "vitest"

const run = promisify(execFile)
const main = fileURLToPath(import.meta.resolve("@errata/examples/demo/main"))

let home: string

beforeAll(async () => {
  home = await mkdtemp(NodePath.join(tmpdir(), "errata-demo-"))
})

afterAll(() => rm(home, { recursive: true, force: true }))

const play = async (...args: ReadonlyArray<string>): Promise<string> =>
  (await run(process.execPath, [main, ...args], { cwd: home, timeout: 50_000 })).stdout

/** The rows of the table at the end, without their first line. */
const outcomes = (output: string): ReadonlyArray<string> => {
  const lines = output.split("\n")
  const from = lines.findIndex((line) => line.startsWith("scene "))
  const to = lines.indexOf("", from)
  return lines.slice(from + 1, to).map((line) => line.split(/ {2,}/).slice(0, 3).join(" | "))
}

/** What the model reads from a line on, without the reference. */
const modelOf = (output: string, line: string, count: number): ReadonlyArray<string> => {
  const lines = output.split("\n")
  const from = lines.findIndex((candidate) => candidate.includes(line))
  return lines.slice(from, from + count).map((line) => line.replace(/Reference: .*/, "Reference").trim())
}

/** Each file that the output points to, with the name that is to be found in it. */
const pointers = (output: string): ReadonlyArray<readonly [path: string, name: string]> =>
  [...output.matchAll(/code: (\S+) \((\S+)\)$/gm)].map(([, path = "", name = ""]) => [path, name])

const repository = fileURLToPath(new URL("../../../", import.meta.url))

const lineOf = (output: string, text: string): number => {
  const line = output.split("\n").findIndex((line) => line.includes(text))
  expect(line, text).toBeGreaterThanOrEqual(0)
  return line
}

describe("the demo", () => {
  let output: string

  beforeAll(async () => {
    output = await play()
  })

  it("shows one failing call first, before and after", () => {
    const [before, after] = ["postgres://shop:hunter2@127.0.0.1:", "Error: connection_failed (transient). Retry later."]
    expect(lineOf(output, before)).toBeLessThan(6)
    expect(lineOf(output, after)).toBeLessThan(6)
    expect(output.split("\n")[lineOf(output, before)]!.length).toBeGreaterThan(60) // side by side
    expect(output.slice(output.indexOf("code:"))).not.toContain("hunter2")
  })

  it("then says in a table what all calls came to, errors first", () => {
    const told = outcomes(output)
    // the killed server had charged, or it had not: either way the repeat is answered
    expect(told.at(-1)).toMatch(/^called again \| charge_user \| (?:success|replayed)$/)
    expect(told.slice(0, -1)).toEqual([
      "not found | convert_document | not_found",
      "corrupted | convert_document | corrupted",
      "unsupported | convert_document | unsupported",
      "invalid | convert_document | invalid_arguments",
      "meanwhile | list_documents | success",
      "timeout | convert_document | timeout",
      "cancelled | process_large_file | cancelled",
      "defect | list_documents | internal_error",
      "and again | list_documents | success",
      "batch | batch_convert_documents | partial",
      "to html | convert_document | success",
      "to text | convert_document | success",
      "to json | convert_document | success",
      "to markdown | convert_document | success",
      "recovered | fetch_api_data | success",
      "down | fetch_api_data | unavailable",
      "circuit open | fetch_api_data | circuit_open",
      "no money | charge_user | insufficient_funds",
      "charged | charge_user | success",
      "repeated | charge_user | replayed",
      "other amount | charge_user | idempotency_conflict",
      "killed | charge_user | no answer"
    ])
    expect(lineOf(output, "what the model was told to do")).toBeLessThan(lineOf(output, "A misprint in the id"))
  })

  it("plays every scene, and leaves the converted files", async () => {
    expect(output).toContain("While it works: 1 workspace")
    expect(output).toContain("After the cancel: 0 workspaces")
    expect(output).toContain("no such table: documents")
    expect(modelOf(output, "The tool failed unexpectedly.", 3)).toEqual([
      "model    The tool failed unexpectedly.",
      "Error: internal_error (permanent). Do not retry. Report the reference.",
      "Reference"
    ])
    expect(output).toContain("The balance was 1000 and is 960.")
    const [, was, is] = /The balance was (\d+) and is (\d+): one charge of 60\./.exec(output) ?? []
    expect(Number(was) - Number(is)).toBe(60)
    expect(output).toMatch(/progress: attempt 2 of 4(?: in [\d.]+ s)?/)
    const converted = await readdir(NodePath.join(home, ".errata/demo/state/converted"), { recursive: true })
    expect(converted.filter((name) => /\.(html|txt|json|md)$/.test(name)).length).toBeGreaterThanOrEqual(4)
  })

  it("points to the code of every scene", async () => {
    const all = pointers(output)
    expect(all.length).toBe(15)
    for (const [path, name] of all) {
      expect(await readFile(NodePath.join(repository, path), "utf8"), `${name} in ${path}`).toContain(name)
    }
  })

  it("cuts lines that nobody would read", () => {
    for (const line of output.split("\n").filter((line) => /^ {3,}/.test(line) && !line.includes("   call "))) {
      expect(Array.from(line).length, line).toBeLessThan(135)
    }
  })

  it("shows what tells something before it cuts", () => {
    const shown = (label: string): ReadonlyArray<string> =>
      output.split("\n").filter((line) => line.startsWith(`   ${label.padEnd(8)} {`))
    expect(shown("program").length).toBeGreaterThan(5)
    for (const line of shown("program")) {
      expect(line).toMatch(/\{"reference_id":"[0-9a-f]{8}","type":"\w+","retry":\{"should_retry":(true|false)/)
    }
    expect(shown("log").length).toBeGreaterThan(5)
    for (const line of shown("log")) {
      expect(line).toMatch(/\{"reference_id":"[0-9a-f]{8}","tool":"\w+","outcome":"\w+","arguments":"/)
      expect(line).not.toContain("timestamp")
    }
  })
})

describe("a folder of one's own", () => {
  const folderWith = async (name: string, documents: number): Promise<string> => {
    const folder = NodePath.join(home, name)
    await mkdir(folder)
    for (let i = 0; i < documents; i++) await writeFile(NodePath.join(folder, `note ${i}.md`), `# Note ${i}\n`)
    return folder
  }

  it("is left alone; its links are not followed, neither out nor in circles", async () => {
    const folder = await folderWith("mine", 1)
    await writeFile(NodePath.join(home, "secret.txt"), "nobody may read this")
    await symlink(NodePath.join(home, "secret.txt"), NodePath.join(folder, "link.txt"))
    await symlink(home, NodePath.join(folder, "home"))
    await symlink(".", NodePath.join(folder, "self"))
    const before = await readdir(folder)
    const output = await play(folder)
    expect(outcomes(output)).toContain("to html | convert_document | success")
    expect(output).toContain("Did you mean: \"note 0.md\"?")
    expect(output).not.toContain("secret")
    expect(output).not.toContain("link.txt")
    expect(await readdir(folder)).toEqual(before)
    const copied = await readdir(NodePath.join(home, ".errata/demo/documents"))
    expect(copied).toEqual(["note 0.md", "trouble"])
  })

  it("that is large is played with in part, which is said", async () => {
    const output = await play(await folderWith("large", 230))
    expect(output).toContain("200 of 230 documents are copied.")
    expect(output).toContain("30 of 201 documents are converted, so that nobody waits long.")
  })

  it("may be a single file", async () => {
    const folder = await folderWith("single", 2)
    const output = await play(NodePath.join(folder, "note 1.md"))
    expect(output).toContain("note 1.md alone, since it is a file")
    expect(output).not.toContain("note 0.md")
    expect(outcomes(output)).toContain("to html | convert_document | success")
  })

  const refused = async (...args: ReadonlyArray<string>): Promise<string> => {
    const failure = await play(...args).then(() => undefined, (error: unknown) => error)
    expect(failure).toMatchObject({ code: 64 })
    const { stderr } = failure as { readonly stderr: string }
    expect(stderr.trim().split("\n")).toHaveLength(1) // and no stack
    return stderr
  }

  it("that cannot be used is refused in one line", async () => {
    await mkdir(NodePath.join(home, "empty"))
    await writeFile(NodePath.join(home, "music.mp3"), "")
    expect(await refused(NodePath.join(home, "nowhere"))).toContain("There is no folder or file")
    expect(await refused(NodePath.join(home, "empty"))).toContain("No documents in")
    expect(await refused(NodePath.join(home, "music.mp3"))).toContain("no document that the demo can read")
    expect(await refused("/dev/null")).toContain("neither a folder nor a file")
    expect(await refused("one", "two")).toContain("Usage: pnpm demo")
    expect(await refused("--folder", "x")).toContain("Usage: pnpm demo")
    await mkdir(NodePath.join(home, ".errata/demo"), { recursive: true })
    expect(await refused(NodePath.join(home, ".errata/demo"))).toContain("where the demo itself plays")
  })

  it("is asked for by --help", async () => {
    expect(await play("--help")).toBe("Usage: pnpm demo [a folder with documents, or one document]\n")
  })
})
