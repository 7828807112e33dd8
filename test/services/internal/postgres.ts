import { execFileSync } from "node:child_process"
import { chmodSync, chownSync } from "node:fs"
import { join } from "node:path"
import { findProgram, freePort, type Running, startProgram, stopProgram } from "./binaries.ts"

/** PostgreSQL does not run as root: there it takes the user that its package made. */
const account = (): { readonly uid: number; readonly gid: number } | undefined => {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8", stdio: "pipe" }))
  return { uid: id("-u"), gid: id("-g") }
}

/** A PostgreSQL on a loopback port, which trusts everybody there. Durable: it syncs every commit. */
export const startPostgres = async (folder: string, options: { readonly isDurable: boolean }): Promise<Running> => {
  const server = findProgram("postgres")
  const initdb = findProgram("postgres", "initdb")
  const owner = account()
  chmodSync(folder, 0o700)
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid)
  const data = join(folder, "data")
  execFileSync(initdb, ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"], {
    ...owner,
    cwd: folder,
    stdio: "pipe"
  })
  const port = await freePort()
  const settings = [
    `port=${port}`,
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=64",
    ...(options.isDurable ? [] : ["fsync=off"])
  ]
  const args = ["-D", data, ...settings.flatMap((setting) => ["-c", setting])]
  const start = async (): Promise<Running> => {
    const { child, exited } = await startProgram(server, args, {
      ...owner,
      cwd: folder,
      ready: /ready to accept connections/
    })
    return { port, pid: child.pid!, exited, stop: () => stopProgram(child, exited, "SIGQUIT"), again: start }
  }
  return start()
}
