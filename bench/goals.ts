/** All that there is a goal for, so that a table says of each whether it was measured. */
export interface Aim {
  /** The number of the goal. */
  readonly of: string
  /** The title of the comparison that measures it, or its beginning. */
  readonly title: string
  /** The greatest ratio that meets it, or what is wanted. */
  readonly goal: string
}

const aim = (of: string, goal: string, ...titles: ReadonlyArray<string>): ReadonlyArray<Aim> =>
  titles.map((title) => ({ of, title, goal }))

export const aims: ReadonlyArray<Aim> = [
  ...aim("P1", "1.05", "stdio, success, median"),
  ...aim("P1", "1.12", "Tool call, success"),
  ...aim("P1b", "1.1", "stdio, asynchronous, median"),
  ...aim("P1b", "1.4", "asynchronous tool, alone"),
  ...aim("P1b", "1.5", "asynchronous tool, 1000 in flight"),
  ...aim("P2", "1.25", "stdio, success, median", "Tool call, success, all defaults"),
  ...aim("P3", "1.1; adopted 2", "stdio, typed, median"),
  ...aim("P3", "1.5; adopted 1.6", "stdio, validation, median"),
  ...aim("P3", "1.4; adopted 1.7", "stdio, masked, median"),
  ...aim("P4", "0.1", "Error value"),
  ...aim("P5", "50 ns", "Retry policy, success"),
  ...aim("P6", "0.7", "A million items, time"),
  ...aim("P6", "1.1", "A million items, the most that the process holds"),
  ...aim("P6", "10 MiB", "A million items, what lives in the middle"),
  ...aim("P7", "2.5", "Ten items"),
  ...aim("P8", "0.6", "Valid arguments, five fields", "Valid arguments, an order"),
  ...aim("P8", "2", "wrong numbers, 1 kB", "wrong objects, 1 kB"),
  ...aim("P8", "1", "wrong numbers, 100 kB", "wrong objects, 100 kB", "wrong numbers, 1 MB", "wrong objects, 1 MB"),
  ...aim("P8", "20 ms", "100,000 unknown arguments, once they are parsed"),
  ...aim("P9", "1 of Redis, 0.1 of SQLite by hand", "64 calls at a time"),
  ...aim("P10", "20 ms more; tried 30", "Processor time, the least of all, as installed"),
  ...aim("P10", "8 MiB more", "Peak memory, as installed"),
  ...aim("P10", "15 ms more", "Processor time, the least of all, bundled"),
  ...aim("P11", "0.5", "HTTP, 1 tool, time"),
  ...aim("P11", "1.1", "HTTP, 100 tools, time"),
  ...aim("P12", "1.1", "stdio, 64 in flight, processor time of the server"),
  ...aim("P14", "36 kB", "Bundle, min+gzip"),
  ...aim("P15", "0.9; minimal 0.7", "An error as a model reads it"),
  ...aim("P15", "4,000 characters", "400 failed items as a model reads them"),
  ...aim("P16", "1.5", "First call of each of many adopted tools", "A call of an asynchronous tool, many in flight"),
  ...aim("P16", "1.5", "A thousand characters of wrong arguments"),
  ...aim("P16", "50 ms", "4 MB of wrong arguments block the event loop"),
  ...aim("P16", "1 ms", "Arguments over the limit")
]
