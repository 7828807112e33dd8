/** Every example server over HTTP: `--http <port> --token <secret> --console`. */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it, onTestFinished } from "vitest"
import { messages, post } from "../../serve/http/support/ask.ts"
import { startProcess } from "../../serve/http/support/process.ts"

const scriptOf = (name: string): string => fileURLToPath(import.meta.resolve(`@errata/examples/${name}/main`))

const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), "errata-http-"))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

describe.each(["weather", "documents", "files", "operations"])("the example %s", (name) => {
  it("serves its tools to those who have the token, and ends cleanly", async () => {
    const own = name === "files" ? ["--root", folder()] : []
    const { child, ended, log, url } = await startProcess(
      scriptOf(name),
      ["--http", "0", "--token", "s3cret", "--console", ...own],
      { ERRATA_DATA: folder() }
    )
    const headers = { authorization: "Bearer s3cret" }
    const list = { jsonrpc: "2.0", id: 1, method: "tools/list" }
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/mcp$/)
    assert.strictEqual((await post(url, list)).status, 401)
    const [{ result }] = await messages(await post(url, list, headers))
    assert.isAbove(result.tools.length, 0)
    for (const path of ["/health", "/ready"]) assert.strictEqual((await fetch(new URL(path, url))).status, 200)
    for (const path of ["/metrics", "/console"]) {
      assert.strictEqual((await fetch(new URL(path, url))).status, 401, path)
      assert.strictEqual((await fetch(new URL(path, url), { headers })).status, 200, path)
    }
    child.kill("SIGTERM")
    assert.strictEqual(await ended, 0)
    assert.notInclude(JSON.stringify(log), "s3cret")
  })
})

it.each([["--http", "x"], ["--http"], ["--http=70000"], ["--http", "0", "--token", "no token"], [
  "--http",
  "0",
  "--nothing"
]])(
  "does not start with %s %s",
  (...args) => {
    const { status, stderr } = spawnSync(process.execPath, [scriptOf("weather"), ...args], { encoding: "utf8" })
    assert.strictEqual(status, 78)
    const lines = stderr.trim().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>)
    assert.deepInclude(lines.at(-1), { level: "Fatal", message: "weather cannot start" })
  }
)
