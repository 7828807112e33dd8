/**
 * Runs beside a conversion, in a thread of its own, and ends the process when it is not wanted any more.
 *
 * A conversion that never yields does not hear that its channel was closed; this thread still sees that the process has
 * another parent. Where the parent cannot see the child's memory, this thread watches that too. To the parent, a
 * `SIGKILL` that it did not send says that memory was at fault: the kernel sends the same.
 */
import { workerData } from "node:worker_threads"
import type { Charge } from "./protocol.ts"

const { charge, parent } = workerData as { readonly charge: Charge; readonly parent: number }

const isUnwanted = (): boolean => process.ppid !== parent

const isTooLarge = (): boolean => charge.watchesItself && process.memoryUsage.rss() > charge.maxMegabytes * 1024 * 1024

setInterval(() => {
  if (isUnwanted() || isTooLarge()) process.kill(process.pid, "SIGKILL")
}, 100)
