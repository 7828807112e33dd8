/** The command `errata`, run as operators run it, on logs that servers wrote. */
import * as Effects from "@errata/core/Effects"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as SqliteStore from "@errata/core/stores/sqlite"
import * as Tool from "@errata/core/Tool"
import * as Handler from "@errata/mcp-adapter/Handler"
import * as Log from "@errata/mcp-adapter/Log"
import * as Meta from "@errata/mcp-adapter/Meta"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { spawn, spawnSync } from "node:child_process"
import { appendFileSync, mkdtempSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { gzipSync } from "node:zlib"
import { afterAll, describe, expect, it } from "vitest"

const command = fileURLToPath(new URL("../../packages/mcp-adapter/src/bin/errata.ts", import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "errata-bin-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

const run = (args: ReadonlyArray<string>, stdin?: string | Buffer): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [command, ...args])
    let out = ""
    let err = ""
    child.stdout.on("data", (chunk: Buffer) => void (out += chunk.toString()))
    child.stderr.on("data", (chunk: Buffer) => void (err += chunk.toString()))
    child.on("error", reject)
    child.on("close", (code) => resolve({ code, out, err }))
    child.stdin.on("error", () => undefined)
    child.stdin.end(stdin ?? "")
  })

class LedgerBroken extends Error {
  override readonly name = "LedgerBroken"
}

const tool = Tool.make("charge", {
  description: "d",
  input: { mode: Schema.String, token: Schema.String },
  output: Schema.String,
  errors: [Errors.Unavailable, Errors.NotFound],
  safety: "idempotent",
  retry: RetryPolicy.make(Schedule.spaced("3 millis"), { maxRetries: 2 })
})
const handled = Tool.handle(
  tool,
  ({ mode }) =>
    Effect.suspend((): Effect.Effect<string, Errors.Unavailable | Errors.NotFound> => {
      if (mode === "down") {
        return Effect.andThen(
          Effect.logInfo("asking the bank", { amount: 3 }),
          Effect.fail(new Errors.Unavailable({ service: "The bank", cause: new Error("connect refused") }))
        )
      }
      if (mode === "broken") return Effect.die(new LedgerBroken("row 7 is gone"))
      return mode === "bug" ? Effect.die(new TypeError("x is not a function")) : Effect.succeed(mode)
    })
)

/** Calls the tool, and returns the log and the reference of each call. */
const logOf = async (modes: ReadonlyArray<string>) => {
  const lines: Array<string> = []
  const runtime = Log.layer({ write: (line) => void lines.push(line) })
  const call = Handler.make(handled, { runtime })
  const references: Array<string> = []
  for (const mode of modes) {
    await call({ mode, token: "sk_live_51H8xkJ2eZvKYlo2C0abcdefgh" })
    references.push((JSON.parse(lines.at(-1)!) as { readonly reference_id: string }).reference_id)
  }
  return { text: `${lines.join("\n")}\n`, references }
}

const file = (name: string, content: string | Buffer): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

describe("errata lookup", () => {
  it("tells a call's story: arguments, attempts with their delays, class, cause, and what was logged meanwhile", async () => {
    const { references: [, down], text } = await logOf(["fine", "down", "fine"])
    const { code, out } = await run(["lookup", down!, file("story.log", text)])
    expect(code).toBe(0)
    expect(out).toContain(`Call ${down} of charge: unavailable (transient) after `)
    expect(out).toContain("  Arguments: {\"mode\":\"down\",\"token\":\"[redacted]\"}\n")
    expect(out).toContain([
      "  Attempts:",
      "    1. Unavailable (unavailable), then a wait of 3 ms",
      "    2. Unavailable (unavailable), then a wait of 3 ms",
      "    3. unavailable",
      "  Class: Unavailable"
    ].join("\n"))
    expect(out).toMatch(/ {2}Fingerprint: [0-9a-f]{12}\n/)
    expect(out).toContain("connect refused")
    expect(out.match(/asking the bank \{"amount":3\}/g)).toHaveLength(3)
    expect(out).not.toContain("fine")
  })

  it("takes the reference as a reply writes it, several logs, stdin, and what was rotated and gzipped", async () => {
    const { references, text } = await logOf(["fine", "fine", "fine"])
    const lines = text.trim().split("\n")
    const log = file("server.log", `${lines[2]}\n`)
    const older = file("server.log.1", `${lines[1]}\n`)
    const oldest = file("server.log.2.gz", gzipSync(`${lines[0]}\n`))
    file("server.log.bak", "not rotated\n")
    utimesSync(oldest, 1, 1)
    utimesSync(older, 2, 2)
    for (const reference of references) {
      expect((await run(["lookup", `Reference: ${reference.toUpperCase()}`, log])).code).toBe(0)
    }
    expect((await run(["lookup", references[0]!, log, "--only"])).code).toBe(1)
    expect((await run(["lookup", references[0]!, oldest, "--only"])).code).toBe(0)
    expect((await run(["lookup", references[1]!, "-"], text)).code).toBe(0)
    expect((await run(["lookup", references[1]!, "-"], gzipSync(text))).code).toBe(0)
  })

  it("tells a reference of something else from a call without an end, and how often a call failed alike", async () => {
    const line = (fields: object) => `${JSON.stringify({ level: "Info", ...fields })}\n`
    const log = line({ message: "a request was refused", reference_id: "0badc0de", status: 401, reason: "no token" }) +
      line({ message: "asking the bank", reference_id: "0badc0df", tool: "charge" }) +
      line({
        message: "tool call ended",
        reference_id: "0badc0d0",
        tool: "charge",
        outcome: "not_found",
        identical_failures: 3
      })
    const firstLine = async (id: string) => (await run(["lookup", id, "-"], log)).out.split("\n")[0]
    expect(await firstLine("0badc0de")).toBe("0badc0de is the reference of no call, but of what is logged here")
    expect(await firstLine("0badc0df")).toMatch("Call 0badc0df has no line of its end")
    expect((await run(["lookup", "0badc0d0", "-"], log)).out).toContain("Identical failures of its caller: 3")
  })

  it("reads the effects of the call from the ledger, and changes nothing in it", async () => {
    const { references: [reference], text } = await logOf(["fine"])
    const ledger = join(folder, "keys.db")
    const recorded = Effect.void.pipe(
      Effects.record({ name: "charge the card", target: "user 7\u001b[31m", reference: reference! })
    )
    await Effect.runPromise(Effect.provide(recorded, SqliteStore.layer({ path: ledger })))
    const log = file("ledger.log", text)
    const { code, out } = await run(["lookup", reference!, log, "--ledger", ledger])
    expect(code).toBe(0)
    expect(out).toMatch(/Effects in the ledger:\n {4}\S+Z charge the card on user 7\\u001b\[31m: done at \S+Z/)
    const missing = await run(["lookup", reference!, log, "--ledger", join(folder, "nosuch.db")])
    expect([missing.code, missing.err]).toEqual([66, expect.stringContaining("does not exist")])
    const none = await run(["lookup", reference!, log, "--ledger", log])
    expect([none.code, none.err]).toEqual([66, expect.stringContaining("is no store of effects")])
    expect(none.out).toContain(reference)
  })

  it("survives hostile lines: no JSON, 10 MB, control characters, wrong types", async () => {
    const id = "0badc0de"
    const lines = [
      id,
      `{"reference_id":"${id}"`,
      `[["reference_id","${id}"]]`,
      "null",
      `"${id}"`,
      JSON.stringify({ reference_id: id, message: "x".repeat(10_000_000) }),
      JSON.stringify({ reference_id: { id }, message: id }),
      `{"__proto__":{"reference_id":"${id}"},"message":"polluted"}`,
      JSON.stringify({
        reference_id: id,
        message: "\u001b]0;owned\u0007 \u202Etxet\nCall 0badc0de of forged: success",
        level: 7
      }),
      JSON.stringify({
        reference_id: id,
        message: "tool call ended",
        tool: "a\u001b[2J",
        outcome: ["x"],
        retries: [null, 3, { attempt: "x", delay_ms: {} }],
        arguments: { a: 1 },
        cause: "Error: \u0000\n    at x"
      })
    ]
    const path = file("hostile.log", Buffer.concat([Buffer.from([0xff, 0xfe, 0x0a]), Buffer.from(lines.join("\n"))]))
    const { code, err, out } = await run(["lookup", id, path])
    expect(code).toBe(0)
    expect(err).toContain("1 line is longer than 1 MiB")
    // oxlint-disable-next-line no-control-regex -- these are what a terminal would obey
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    expect(out).toContain("\\u001b]0;owned\\u0007 \\u202etxet\\nCall 0badc0de of forged: success")
    expect(out).not.toContain("polluted")
    expect(out.split("\n").filter((line) => line.startsWith("Call "))).toHaveLength(1)
  })

  it("says by its exit code what is wrong", async () => {
    const log = file("codes.log", "{}\n")
    const codeOf = async (...args: ReadonlyArray<string>) => (await run(args)).code
    expect(await codeOf("lookup", "0badc0de", log)).toBe(1)
    expect(await codeOf("lookup", "short", log)).toBe(64)
    expect(await codeOf("lookup", "0badc0de")).toBe(64)
    expect(await codeOf("nosuch")).toBe(64)
    expect(await codeOf()).toBe(64)
    expect(await codeOf("lookup", "0badc0de", log, "--nosuch")).toBe(64)
    expect(await codeOf("lookup", "0badc0de", join(folder, "nosuch.log"))).toBe(66)
    expect(await codeOf("lookup", "0badc0de", folder)).toBe(66)
    expect(await codeOf("--help")).toBe(0)
  })

  it("tells what it could read of a log that was cut off", async () => {
    const { references: [reference], text } = await logOf(["fine"])
    const noise = Array.from({ length: 20_000 }, (_, i) => JSON.stringify({ i, r: (i * 7919).toString(36) })).join("\n")
    const path = file("cut.log.gz", gzipSync(`${text}${noise}`))
    truncateSync(path, 60_000)
    const { code, err, out } = await run(["lookup", reference!, path])
    expect(out).toContain(`Call ${reference} of charge`)
    expect([code, err]).toEqual([66, expect.stringContaining("ends in the middle")])
  })

  it("writes JSON for scripts", async () => {
    const { references: [reference], text } = await logOf(["down"])
    const { out } = await run(["lookup", reference!, "--json", file("json.log", text)])
    const { lines } = JSON.parse(out) as { readonly lines: ReadonlyArray<{ readonly message: string }> }
    expect(lines.map(({ message }) => message)).toEqual([
      "asking the bank",
      "asking the bank",
      "asking the bank",
      "tool call ended"
    ])
  })

  it("holds a log of 60 MB as a stream", async () => {
    const path = file("huge.log", "")
    const block = `${JSON.stringify({ message: "noise", filler: "x".repeat(990) })}\n`.repeat(1_000)
    for (let i = 0; i < 60; i++) appendFileSync(path, block)
    const { references: [reference], text } = await logOf(["fine"])
    appendFileSync(path, text)
    const child = spawn(process.execPath, ["--max-old-space-size=24", command, "lookup", reference!, path])
    let out = ""
    child.stdout.on("data", (chunk: Buffer) => void (out += chunk.toString()))
    const code = await new Promise((resolve) => child.on("close", resolve))
    expect(code).toBe(0)
    expect(out).toContain(`Call ${reference} of charge: success`)
  })
})

describe("errata defects", () => {
  it("groups by fingerprint, counts, and says how to declare each", async () => {
    const { references, text } = await logOf(["broken", "fine", "bug", "broken", "down"])
    const { code, out } = await run(["defects", file("defects.log", text)])
    expect(code).toBe(0)
    expect(out).toMatch(
      /^2 defects in 3 calls\n\n2 x LedgerBroken in charge \(fingerprint [0-9a-f]{12}\)\n {2}First seen \S+Z, last seen \S+Z\n/
    )
    expect(out).toContain(`  References: ${references[3]}, ${references[0]}\n`)
    expect(out).toContain("  | LedgerBroken: row 7 is gone\n")
    expect(out).toContain("  if (name === \"LedgerBroken\") return new Errors.")
    expect(out).toContain("TypeError is a mistake in the code: mend it where it stands")
    expect((await run(["defects", file("none.log", "{}\n")])).out).toBe("No defects\n")
  })

  it("gives code that compiles, and declares what was masked", async () => {
    const { text } = await logOf(["broken"])
    const { out } = await run(["defects", file("paste.log", text)])
    const paste = out.slice(out.indexOf("import * as Errors"))
    const here = mkdtempSync(fileURLToPath(new URL("../node_modules/.paste-", import.meta.url)))
    try {
      const use = [
        "import { wrapHandler } from \"@errata/mcp-adapter/wrap\"",
        "const broken = () => Promise.reject(Object.assign(new Error(\"x\"), { name: \"LedgerBroken\", code: \"E1\" }))",
        "export const call = wrapHandler(broken, { name: \"charge\", classify, logsCalls: false })"
      ]
      const pasted = join(here, "pasted.ts")
      writeFileSync(pasted, `${paste}\n${use.join("\n")}\n`)
      const tsc = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url))
      const flags = [
        "--noEmit",
        "--strict",
        "--skipLibCheck",
        "--module",
        "nodenext",
        "--target",
        "es2024",
        "--allowImportingTsExtensions"
      ]
      const checked = spawnSync(process.execPath, [tsc, ...flags, "--ignoreConfig", pasted], { encoding: "utf8" })
      expect([checked.stdout, checked.status]).toEqual(["", 0])
      const { call } = await import(/* @vite-ignore */ pathToFileURL(pasted).href) as {
        readonly call: () => Promise<{ readonly _meta?: { readonly [key: string]: unknown } }>
      }
      expect(Meta.problem((await call())._meta)?.error).not.toBe("InternalError")
    } finally {
      rmSync(here, { recursive: true, force: true })
    }
  })

  it("writes nothing of a log into code that is pasted but plain names", async () => {
    const line = (error: string, tool = "t") =>
      JSON.stringify({
        message: "tool call ended",
        outcome: "internal_error",
        error,
        tool,
        fingerprint: `${error}${tool}`
      })
    const evil = [
      line(`x"; process.exit(1) //`),
      line("Fine", "*/ process.exit(2) /*\nprocess.exit(3)"),
      line("Error"),
      JSON.stringify({
        message: "tool call ended",
        outcome: "internal_error",
        cause: "Older: of before\n at x",
        tool: "t"
      })
    ]
    const { out } = await run(["defects", file("evil.log", evil.join("\n"))])
    const paste = out.slice(out.indexOf("import * as Errors"))
    expect(paste).not.toContain("process.exit")
    expect(paste).toContain("if (name === \"Fine\")")
    expect(paste).toContain("if (name === \"Older\")")
    expect(out).toContain("give it a class of its own")
  })

  it("stays bounded, however many bugs a log pretends to have", async () => {
    const lines = Array.from(
      { length: 12_000 },
      (_, i) =>
        JSON.stringify({
          message: "tool call ended",
          outcome: "internal_error",
          error: "E",
          tool: "t",
          fingerprint: `${i}`
        })
    )
    const { out } = await run(["defects", file("many.log", lines.join("\n")), "--json"])
    const { defects, left_out } = JSON.parse(out) as {
      readonly defects: ReadonlyArray<unknown>
      readonly left_out: number
    }
    expect([defects.length, left_out]).toEqual([10_000, 2_000])
  })
})
