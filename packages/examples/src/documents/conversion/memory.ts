/**
 * Tells how much memory another process uses.
 */
import { existsSync, readFileSync } from "node:fs"

/** Says whether the memory of another process can be seen here: on Linux, without starting a program. */
export const isVisible: boolean = existsSync("/proc/self/status")

/**
 * Returns the resident memory of a process in megabytes, or nothing where it cannot be seen or the process is gone.
 *
 * A read of `/proc` takes some microseconds and no thread of the pool, which files of strangers may have blocked.
 */
export const residentMegabytes = (pid: number): number | undefined => {
  try {
    const kilobytes = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1]
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024
  } catch {
    return undefined
  }
}
