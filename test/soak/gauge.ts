/** Looks at what a process holds: memory, descriptors, sockets, children. And judges whether it grew. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs"

/** What a process held when it had nothing to do. */
export interface Sample {
  /** Resident memory, in MiB. */
  readonly memory: number
  /** Open descriptors. */
  readonly descriptors: number
  readonly sockets: number
  readonly children: number
  /** Entries of its temporary folders. */
  readonly files: number
}

/** Lets a server collect its garbage early: what it keeps shows, and what it leaks soon ends it. */
export const lean = ["--max-old-space-size=128", "--max-semi-space-size=4"]

export const childrenOf = (pid: number): ReadonlyArray<number> =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").split(" ").filter(Boolean).map(Number)

const linkOf = (path: string): string => {
  try {
    return readlinkSync(path)
  } catch {
    return "" // it was closed meanwhile
  }
}

export const look = (pid: number, files: number): Sample => {
  const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1])
  const links = readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`))
  return {
    memory: Math.round(kilobytes / 1024),
    descriptors: links.length,
    sockets: links.filter((link) => link.startsWith("socket:")).length,
    children: childrenOf(pid).length,
    files
  }
}

const median = (numbers: ReadonlyArray<number>): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!

/** What grew from the second third of the samples to the last; the first warms up. */
export const growth = (samples: ReadonlyArray<Sample>): ReadonlyArray<string> => {
  const third = Math.floor(samples.length / 3)
  const [middle, last] = [samples.slice(third, 2 * third), samples.slice(2 * third)]
  const of = (part: ReadonlyArray<Sample>, key: keyof Sample) => median(part.map((sample) => sample[key]))
  const grew = (key: keyof Sample, allowed: number): ReadonlyArray<string> => {
    const [before, after] = [of(middle, key), of(last, key)]
    return after > before + allowed ? [`${key} grew from ${before} to ${after}`] : []
  }
  return [
    ...grew("memory", 12 + 0.1 * of(middle, "memory")),
    ...grew("descriptors", 2),
    ...grew("sockets", 1),
    ...grew("children", 1),
    ...grew("files", 0)
  ]
}

/** Samples in a line, for whoever reads the figures. */
export const told = (samples: ReadonlyArray<Sample>): string => {
  const at = (share: number) => samples[Math.min(samples.length - 1, Math.floor(samples.length * share))]!
  const one = ({ children, descriptors, files, memory, sockets }: Sample) =>
    `${memory} MiB, ${descriptors} descriptors (${sockets} sockets), ${children} children, ${files} files`
  return `a third in: ${one(at(1 / 3))}; end: ${one(at(1))}`
}
