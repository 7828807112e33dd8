/**
 * Sets a watchdog beside the work of this process.
 */
import { Worker } from "node:worker_threads"
import type { Charge } from "./protocol.ts"

/** Starts the watchdog with the charge that this process was started with. It keeps nothing alive. */
export const watch = (): void => {
  const charge = JSON.parse(process.argv[2] ?? "{}") as Charge
  new Worker(new URL("./watchdog.ts", import.meta.url), {
    env: {},
    execArgv: [],
    workerData: { charge, parent: process.ppid }
  }).unref()
}
