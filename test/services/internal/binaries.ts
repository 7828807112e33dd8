import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, globSync, realpathSync } from "node:fs"
import { type AddressInfo, createServer } from "node:net"
import { delimiter, dirname, join } from "node:path"

/** The services that tests start. */
export type ServiceName = "postgres" | "redis"

/** A service that answers. */
export interface Running {
  readonly port: number
  readonly pid: number
  /** Resolves when the process has ended by itself. */
  readonly exited: Promise<void>
  readonly stop: () => Promise<void>
  /** Starts it again on what it had written down, after it was stopped, on the same port; not there: what it had is lost. */
  readonly again?: () => Promise<Running>
}

/** Where an installed PostgreSQL keeps programs that are not on the path. */
const elsewhere = () => [
  ...globSync("/usr/lib/postgresql/*/bin"),
  ...globSync("/usr/pgsql-*/bin"),
  ...globSync("/opt/homebrew/opt/postgresql@*/bin")
]

const lookFor = (name: string): string | undefined =>
  [...(process.env["PATH"] ?? "").split(delimiter), ...elsewhere().reverse()]
    .map((folder) => join(folder, name)).find((path) => existsSync(path))

const servers = { postgres: "postgres", redis: "redis-server" } as const

/** Says what a service lacks here; undefined if it can run. */
export const missingFor = (name: ServiceName): string | undefined =>
  lookFor(servers[name]) === undefined ? `${servers[name]} is not installed` : undefined

/** Finds the server of a service, or a program that is installed next to it. */
export const findProgram = (service: ServiceName, beside?: string): string => {
  const server = lookFor(servers[service])
  if (server === undefined) throw new Error(missingFor(service))
  return beside === undefined ? server : join(dirname(realpathSync(server)), beside)
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().on("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })

/** Starts a program and waits until its output says that it is ready. */
export const startProgram = (
  program: string,
  args: ReadonlyArray<string>,
  options: { readonly ready: RegExp; readonly uid?: number; readonly gid?: number; readonly cwd: string }
): Promise<{ readonly child: ChildProcess; readonly exited: Promise<void> }> => {
  const { ready, ...rest } = options
  const child = spawn(program, args, { ...rest, stdio: ["ignore", "pipe", "pipe"] })
  let said = ""
  return new Promise((resolve, reject) => {
    const exited = new Promise<void>((done) => child.once("exit", () => done()))
    child.once("error", reject)
    child.once("exit", (code) => reject(new Error(`${program} exited with ${code}:\n${said}`)))
    const listen = (chunk: Buffer): void => {
      said = `${said}${chunk.toString()}`.slice(-20_000)
      if (ready.test(said)) resolve({ child, exited })
    }
    child.stdout.on("data", listen)
    child.stderr.on("data", listen)
  })
}

export const stopProgram = async (
  child: ChildProcess,
  exited: Promise<void>,
  signal: NodeJS.Signals
): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal)
  await exited
}
