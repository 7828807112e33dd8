/** Starts throw-away services: the same that the tests use, through the program that keeps them. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { createInterface } from "node:readline"

export interface Service {
  readonly port: number
  readonly stop: () => Promise<void>
}

/** Starts a service in a folder of its own. Durable: what it has answered is on the disk. */
export const startService = async (name: "postgres" | "redis", isDurable: boolean): Promise<Service> => {
  const program = join(import.meta.dirname, "../../test/services/keeper.ts")
  const keeper = spawn(process.execPath, [program, name, ...(isDurable ? ["--durable"] : [])], {
    stdio: ["pipe", "pipe", "inherit"]
  })
  for await (const line of createInterface(keeper.stdout)) {
    const { port } = JSON.parse(line) as { readonly port: number }
    const stop = async () => {
      keeper.stdin.end()
      await once(keeper, "exit")
    }
    return { port, stop }
  }
  throw new Error(`${name} did not start`)
}
