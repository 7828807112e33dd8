/**
 * Keeps main threads on a processor. Two processes that take turns are quickest and steadiest on one: nobody has to wake another
 * processor, and no other process comes in between. The threads that compile and collect garbage stay free. Where there is no
 * `taskset`, nothing is kept.
 */
import { spawnSync } from "node:child_process"
import { availableParallelism } from "node:os"

interface Identified {
  readonly pid?: number | undefined
}

const pin = (core: number, processes: ReadonlyArray<Identified>): void => {
  for (const { pid } of processes) spawnSync("taskset", ["-cp", String(core), String(pid)], { stdio: "ignore" })
}

/** Keeps this process and others on one processor: for a client and servers of which one waits while the other works. */
export const pinTogether = (others: ReadonlyArray<Identified>): void =>
  pin(availableParallelism() - 1, [process, ...others])

/** Keeps others on one processor and this process on another: for servers that always have work. */
export const pinApart = (others: ReadonlyArray<Identified>): void => {
  const last = availableParallelism() - 1
  pin(last, others)
  pin(Math.max(0, last - 1), [process])
}
