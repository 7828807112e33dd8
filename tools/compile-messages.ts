/**
 * Holds what the compiler says of common mistakes (`test/types/messages`) to the text that was read and found good.
 *
 *     node tools/compile-messages.ts [--update]
 *
 * Each mistake stands below a comment `// mistake: <title> | <words> ...`. A message has at most six lines, and the words
 * that decide are in the last two. The text, without positions, is in `expected.txt`.
 */
import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { build } from "./pack/build.ts"

const root = join(import.meta.dirname, "..")
const folder = "test/types/messages"
const golden = join(root, folder, "expected.txt")
const maxLines = 6

interface Mistake {
  readonly file: string
  readonly line: number
  readonly title: string
  readonly words: ReadonlyArray<string>
}

interface Message {
  readonly file: string
  readonly line: number
  readonly text: ReadonlyArray<string>
}

const mistakesIn = async (file: string): Promise<ReadonlyArray<Mistake>> =>
  (await readFile(join(root, file), "utf8")).split("\n").flatMap((text, i) => {
    const [title, ...words] = (/^\/\/ mistake: (.*)$/.exec(text)?.[1] ?? "").split(" | ")
    return title === undefined || title === "" ? [] : [{ file, line: i + 1, title, words }]
  })

const messages = (): ReadonlyArray<Message> => {
  const args = ["-p", folder, "--pretty", "false", "--singleThreaded"]
  const { error, stderr, stdout } = spawnSync("tsc", args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 })
  if (error) throw error
  assert.equal(stderr, "")
  const found: Array<{ file: string; line: number; text: Array<string> }> = []
  for (const text of stdout.replaceAll(`${root}/`, "").trimEnd().split("\n")) {
    const start = /^(\S+)\((\d+),\d+\): (.*)$/.exec(text)
    if (start === null) {
      assert.ok(text.startsWith(" ") && found.length > 0, `tsc says:\n${stdout}`)
      found.at(-1)!.text.push(text)
    } else found.push({ file: start[1]!, line: Number(start[2]), text: [start[3]!] })
  }
  return found
}

/** Throws unless the messages of a mistake can be read at a glance. */
const check = ({ title, words }: Mistake, messages: ReadonlyArray<Message>): void => {
  assert.ok(messages.length > 0, `${title}: the compiler says nothing`)
  assert.ok(words.length > 0, `${title}: which words decide?`)
  for (const { text } of messages) {
    const whole = text.join("\n")
    assert.ok(text.length <= maxLines, `${title}: ${text.length} lines\n${whole}`)
    for (const word of words) {
      assert.ok(text.slice(-2).join("\n").includes(word), `${title}: the last two lines lack "${word}"\n${whole}`)
    }
  }
}

await build(root, { isFresh: false })
const files = (await readdir(join(root, folder))).filter((name) => name.endsWith(".ts")).toSorted()
const mistakes = (await Promise.all(files.map((name) => mistakesIn(`${folder}/${name}`)))).flat()
const byMistake = Map.groupBy(
  messages(),
  ({ file, line }) => mistakes.findLast((mistake) => mistake.file === file && mistake.line < line)
)
assert.deepEqual(byMistake.get(undefined) ?? [], [], "an error that belongs to no mistake")

const sections = mistakes.map((mistake) => {
  const said = byMistake.get(mistake) ?? []
  check(mistake, said)
  return [`# ${mistake.title}`, ...said.flatMap(({ text }) => text)].join("\n")
})
const actual = `${sections.join("\n\n")}\n`

if (process.argv.includes("--update")) await writeFile(golden, actual)
else {assert.equal(
    actual,
    await readFile(golden, "utf8"),
    "`node tools/compile-messages.ts --update` keeps what is meant"
  )}
console.log(`says what it should: ${mistakes.length} mistakes, each in ${maxLines} lines at most`)
