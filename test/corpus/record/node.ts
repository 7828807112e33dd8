import { exec, execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, promises as fs, rmSync } from "node:fs"
import { get } from "node:http"
import { connect as connectHttp2 } from "node:http2"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { runInNewContext } from "node:vm"
import { gunzipSync, gzipSync } from "node:zlib"
import type { Recorder } from "./recorder.ts"
import type { Servers } from "./servers.ts"

/** Node's own failures: files, programs, sockets, and mistakes of programmers. */
export const recordNode = async ({ fails, made }: Recorder, servers: Servers): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "errata-corpus-"))
  const file = join(folder, "a.txt")
  await fs.writeFile(file, "x")
  await fails("node: ENOENT", () => fs.readFile(join(folder, "missing.txt")))
  await fails("node: EISDIR", () => fs.readFile(folder))
  await fails("node: ENOTDIR", () => fs.readFile(join(file, "b")))
  await fails("node: EEXIST", () => fs.mkdir(folder))
  await fails("node: ENOTEMPTY", () => fs.rmdir(folder))
  await fails("node: ENAMETOOLONG", () => fs.readFile(join(folder, "x".repeat(300))))
  await fails("node: ELOOP", async () => {
    await fs.symlink(join(folder, "loop"), join(folder, "loop"))
    await fs.readFile(join(folder, "loop"))
  })
  const system = (code: string, errno: number, syscall: string) =>
    Object.assign(new Error(`${code}: it failed, ${syscall} '/app/a.txt'`), {
      errno,
      code,
      syscall,
      path: "/app/a.txt"
    })
  for (
    const [code, errno, syscall] of [
      ["EACCES", -13, "open"],
      ["EPERM", -1, "unlink"],
      ["EROFS", -30, "open"],
      ["ENOSPC", -28, "write"],
      ["EDQUOT", -122, "write"],
      ["EIO", -5, "read"],
      ["EMFILE", -24, "open"],
      ["EBUSY", -16, "rmdir"],
      ["EFBIG", -27, "write"]
    ] as const
  ) {
    made(`node: ${code}`, system(code, errno, syscall))
  }
  await fails("node: a program that is missing", () => promisify(execFile)("no-such-program"))
  await fails("node: a program that takes too long", () => promisify(exec)("sleep 5", { timeout: 50 }))
  await fails("node: a program that fails", () => promisify(exec)("exit 3"))
  await fails("node: a program that writes too much", () => promisify(exec)("yes | head -c 10000", { maxBuffer: 10 }))
  await fails("node: a program that is killed", async () => {
    const program = spawn("sleep", ["5"])
    setTimeout(() => program.kill("SIGKILL"), 20)
    const [code, signal] = await once(program, "close") as [number | null, string]
    throw Object.assign(new Error("Command failed: sleep 5"), { code, killed: false, signal, cmd: "sleep 5" })
  })
  await fails("node: socket refused", () => once(connect(servers.refusedPort, "127.0.0.1"), "connect"))
  await fails("node: http hang up", () => once(get(servers.reset), "response"))
  await fails(
    "node: http timeout by a signal",
    () => once(get(servers.silent, { signal: AbortSignal.timeout(50) }), "response")
  )
  await fails("node: http2 refused", () => once(connectHttp2(servers.refused), "connect"))
  await fails(
    "node: several addresses",
    () => once(connect({ port: servers.refusedPort, host: "localhost", autoSelectFamily: true }), "connect")
  )
  made("node: a signal that timed out", new DOMException("The operation was aborted due to timeout", "TimeoutError"))
  made("node: a signal that was aborted", new DOMException("This operation was aborted", "AbortError"))
  await fails("node: gzip cut off", () => gunzipSync(gzipSync("hello hello hello").subarray(0, 12)))
  await fails("node: gzip damaged", () => gunzipSync(Buffer.from("not gzip at all")))
  await fails("node: no JSON", () => JSON.parse("<html>"))
  await fails("node: no JSON of another realm", () => runInNewContext("JSON.parse('<html>')"))
  await fails("node: a TypeError", () => (undefined as unknown as { x: { y: 1 } }).x.y)
  await fails("node: a TypeError of another realm", () => runInNewContext("null.x"))
  await fails("node: a RangeError", () => "x".repeat(-1))
  await fails("node: a wrong argument", () => fs.readFile(7.5 as never))
  await fails("node: a wrong URL", () => new URL("nonsense"))
  await fails("node: a plain error", () => Promise.reject(new Error("something went wrong")))
  made("node: a mistake beneath", new Error("could not save", { cause: new TypeError("x is not a function") }))
  made("node: fetch failed in a browser", new TypeError("Failed to fetch"))
  made(
    "node: a status beneath",
    new Error("could not save", { cause: Object.assign(new Error("no"), { status: 409 }) })
  )
  made("node: a timeout beneath", new Error("could not save", { cause: new DOMException("too slow", "TimeoutError") }))
  made("node: a status as text", Object.assign(new Error("no"), { status: "429", headers: { "retry-after": "8" } }))
  rmSync(folder, { recursive: true, force: true })
}
