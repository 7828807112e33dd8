/**
 * Tells where the time of a call goes, by function: `node --conditions=errata-dist bench/profile.ts register typed`. The server
 * stands in memory, so that all there is besides it is an SDK and a client of a few lines. With `--waits` the tool waits for the
 * next turn of the event loop before it does anything.
 *
 * Shares are of the time in which anything ran. They depend on the load less than any time does.
 */
import * as Tool from "@errata/core/Tool"
import { adoptServer } from "@errata/mcp-adapter/adopt"
import { register } from "@errata/mcp-adapter/sdk"
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import * as Effect from "effect/Effect"
import { type Profiler, Session } from "node:inspector/promises"
import { setImmediate } from "node:timers/promises"
import { parseArgs } from "node:util"
import { connect } from "./lib/connect.ts"
import { carefully, handled, type OutcomeName, outcomes, plainly, program } from "./lib/outcomes.ts"
import { add, type Numbers, serverOf, zodServer } from "./lib/tools.ts"

interface Asked {
  readonly lines: boolean
  readonly waits: boolean
}

const late = <A>(handler: (numbers: Numbers) => Promise<A>) => async (numbers: Numbers): Promise<A> => {
  await setImmediate()
  return handler(numbers)
}

const lateHandled = Tool.handle(
  add,
  (numbers: Numbers) => Effect.andThen(Effect.promise(() => setImmediate()), program(numbers))
)

const servers: { readonly [name: string]: (asked: Asked) => McpServer } = {
  "by-hand": ({ waits }) => zodServer(waits ? late(carefully) : carefully),
  register: ({ lines, waits }) => {
    const server = serverOf()
    register(server, [waits ? lateHandled : handled], { logsCalls: lines })
    return server
  },
  adopt: ({ lines, waits }) => {
    const server = zodServer(waits ? late(plainly) : plainly)
    adoptServer(server, { logsCalls: lines })
    return server
  }
}

const { positionals: [name = "register", outcome = "success"], values } = parseArgs({
  allowPositionals: true,
  options: {
    calls: { type: "string", default: "20000" },
    lines: { type: "boolean", default: false },
    top: { type: "string", default: "12" },
    waits: { type: "boolean", default: false }
  }
})
const make = servers[name]
if (make === undefined) throw new Error(`No server "${name}". There are: ${Object.keys(servers).join(", ")}`)
if (!Object.hasOwn(outcomes, outcome)) {
  throw new Error(`No outcome "${outcome}". There are: ${Object.keys(outcomes).join(", ")}`)
}

const call = await connect(make(values))
const { argsOf } = outcomes[outcome as OutcomeName]
const run = async (times: number): Promise<void> => {
  for (let i = 0; i < times; i++) await call("add", argsOf(i))
}

const calls = Number(values.calls)
await run(calls / 4)
const session = new Session()
session.connect()
await session.post("Profiler.enable")
await session.post("Profiler.setSamplingInterval", { interval: 100 })
await session.post("Profiler.start")
await run(calls)
const { profile } = await session.post("Profiler.stop")

/** Returns the name of a function and its place, as short as they are clear. */
const placeOf = ({ callFrame: { functionName, lineNumber, url } }: Profiler.ProfileNode): string => {
  const file = url.replace(/^.*\/(?:node_modules|packages)\//, "").replace(/^.*\/bench\//, "bench/")
  return `${functionName === "" ? "(anonymous)" : functionName} ${file === "" ? "" : `${file}:${lineNumber + 1}`}`
    .trim()
}

/** Returns whose code it is. */
const ownerOf = ({ callFrame: { functionName, url } }: Profiler.ProfileNode): string => {
  if (functionName === "(garbage collector)") return "garbage collector"
  if (/\/(?:packages\/)?(?:mcp-adapter|core)\/(?:dist|src)\//.test(url)) return "Errata"
  return ["effect", "zod", "ajv", "@modelcontextprotocol"].find((name) => url.includes(`/node_modules/${name}/`)) ??
    (url.includes("/bench/") ? "client" : "Node")
}

const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
const parents = new Map(profile.nodes.flatMap(({ children = [], id }) => children.map((child) => [child, id] as const)))

/** Returns the function itself. */
const alone = (id: number): ReadonlyArray<number> => [id]

/** Returns the function with those that called it. */
const withCallers = (id: number): ReadonlyArray<number> => {
  const parent = parents.get(id)
  return parent === undefined ? [id] : [id, ...withCallers(parent)]
}

/** Names what is no work of a call: `post` starts the profiler. */
const uncounted: ReadonlySet<string> = new Set(["(idle)", "(program)", "post"])

type Shares = ReadonlyArray<readonly [string, number]>

const shares = (keyOf: (node: Profiler.ProfileNode) => string, of = alone): Shares => {
  const sums = new Map<string, number>()
  let all = 0
  // each sample counts alike: what lies between two of them may be another process's
  for (const id of profile.samples ?? []) {
    if (uncounted.has(nodes.get(id)!.callFrame.functionName)) continue
    all++
    for (const key of new Set(of(id).map((id) => keyOf(nodes.get(id)!)))) sums.set(key, (sums.get(key) ?? 0) + 1)
  }
  return [...sums].map(([key, count]) => [key, count / all] as const).sort(([, a], [, b]) => b - a)
}

const tell = (rows: Shares): void => {
  for (const [key, share] of rows) console.log(`${(share * 100).toFixed(1).padStart(5)} %  ${key}`)
}

console.log(`${name}, ${outcome}${values.waits ? ", asynchronous" : ""}${values.lines ? ", with the log line" : ""}`)
tell(shares(ownerOf))
console.log("\nby function")
tell(shares(placeOf).slice(0, Number(values.top)))
console.log("\nof ours, with what they call")
const ours = ({ callFrame }: Profiler.ProfileNode, place: string): boolean =>
  callFrame.functionName !== "" && /^(?:mcp-adapter|core|effect)\//.test(place.split(" ")[1] ?? "")
const isOurs = new Set(profile.nodes.filter((node) => ours(node, placeOf(node))).map(placeOf))
tell(shares(placeOf, withCallers).filter(([place]) => isOurs.has(place)).slice(0, Number(values.top)))
process.exit(0)
