/** What is asked of every host: calls, whose answers are compared as they are, and scenes, of which a test tells the story. */
import * as Meta from "@errata/mcp-adapter/Meta"
import { until } from "../wire/Wait.ts"
import { defects, type Kind, stock } from "./tools.ts"
import type { Id, Message, Wire } from "./Wire.ts"

export interface Case {
  readonly title: string
  /** What is compared. */
  readonly run: (wire: Wire) => Promise<unknown>
  /** Whether that is a whole answer: then it has what a host adds to every result. */
  readonly isAnswer: boolean
}

/** A response without what differs from call to call. What a protocol error says in words is the host's own. */
export const answer = ({ error, result }: Message): unknown =>
  error !== undefined ? { error: { code: error.code } } : JSON.parse(
    JSON.stringify({ result }).replaceAll(/(?<=reference_id\\{0,2}":\\{0,2}"|Reference: )[0-9a-f]{8}/g, "<reference>")
  )

/** What matters of an answer within a scene. */
const gist = ({ error, result }: Message): unknown =>
  error !== undefined
    ? { error: error.code }
    : Meta.problem(result?.["_meta"] as { readonly [key: string]: unknown } | undefined)?.type ??
      result?.["structuredContent"] ?? "answered"

const ask = (wire: Wire, name: string, args?: unknown, meta?: object, id?: Id): Id =>
  wire.ask("tools/call", {
    name,
    ...args === undefined ? {} : { arguments: args },
    ...meta === undefined ? {} : { _meta: meta }
  }, id === undefined ? {} : { id })

const call = async (wire: Wire, name: string, args?: unknown, meta?: object): Promise<Message> =>
  wire.response(ask(wire, name, args, meta))

/** A call whose answer is compared as it is. */
export interface Call extends Case {
  readonly name: string
  readonly args: unknown
  readonly meta: object | undefined
}

const plain = (title: string, name: string, args?: unknown, meta?: object): Call => ({
  title,
  name,
  args,
  meta,
  isAnswer: true,
  run: async (wire) => answer(await call(wire, name, args, meta))
})

const scene = (title: string, run: Case["run"]): Case => ({ title, isAnswer: false, run })

// --- calls ---

const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
const withPrototype: unknown = JSON.parse(
  `{"__proto__":{"polluted":true},"constructor":{"prototype":1},"a":"__proto__"}`
)
const nested = {
  customer: { name: "A", age: 1.5 },
  lines: [{ item: "ink", count: 1 }, { item: "papr", count: "many" }, {}],
  at: "yesterday",
  custmer: 1
}

export const calls: ReadonlyArray<Call> = [
  ...Object.keys(stock).map((tag) => plain(`stock error: ${tag}`, "fails", { tag })),
  ...Object.keys(stock).map((tag) =>
    plain(`stock error after it may have taken effect: ${tag}`, "fails_once", { tag })
  ),
  plain("guidance", "guided", {}),
  ...defects.map((way) => plain(`defect: ${way}`, "dies", { way })),
  plain("batch: all good", "batch", { pages: ["ok", "ok2"] }),
  plain("batch: partial", "batch", { pages: ["ok", "missing", "busy", "dies"] }),
  plain("batch: failed", "batch", { pages: ["missing", "busy"] }),
  plain("batch: empty", "batch", { pages: [] }),
  plain("degraded: whole", "degraded", { isDown: false }),
  plain("degraded: without a part", "degraded", { isDown: true }),
  plain("validation: nested issues and unknown arguments", "order", nested),
  plain("validation: unknown arguments alone", "nothing", { surprise: 1 }),
  plain("validation: nothing given", "order", {}),
  plain("arguments: missing", "order"),
  plain("arguments: missing, and none needed", "nothing"),
  plain("arguments: null", "order", null),
  plain("arguments: an array", "order", [1]),
  plain("arguments: a string", "order", "ink"),
  plain("arguments: JSON as text, null, and a host's own", "order", {
    customer: "{\"name\":\"Ada\"}",
    lines: [{ item: "ink", count: "3" }],
    at: null,
    wait_for_previous: true
  }),
  plain("arguments: repaired, and wrong still", "order", { customer: { Name: "Ada" }, lines: "[]", at: null }),
  ...["array", "string", "number", "null", "union"].map((kind) => plain(`output: ${kind}`, `output_${kind}`, {})),
  plain("output: none", "nothing", {}),
  plain("attachments: image, audio, resource, resource link", "attaches", { what: "known" }),
  plain("attachments: one that MCP does not know", "attaches", { what: "unknown" }),
  plain("attachments: a picture that is no base64", "attaches", { what: "broken" }),
  plain("a service from the runtime", "greet", {}),
  plain("traceparent and other keys of _meta", "about", {}, { traceparent, "test/note": { deep: [1] } }),
  plain("hostile: lone surrogates", "echo", { value: "\ud800 and \udfff" }),
  plain("hostile: a wrong value with lone surrogates", "fails", { tag: "\ud800\u2028Error: forged" }),
  plain("hostile: 1 MB", "echo", { value: "x".repeat(1 << 20) }),
  plain("hostile: a wrong value of 1 MB", "fails", { tag: "x".repeat(1 << 20) }),
  plain("hostile: __proto__ among the values", "echo", { value: withPrototype }),
  plain("hostile: deep", "echo", { value: JSON.parse(`${"[".repeat(500)}${"]".repeat(500)}`) as unknown }),
  plain("unknown tool", "nosuch", {}),
  plain("unknown tool with the name of a method of objects", "toString", {})
]

// --- scenes ---

const problemOf = ({ result }: Message) =>
  Meta.problem(result?.["_meta"] as { readonly [key: string]: unknown } | undefined)

const nearName = scene("unknown tool: a name that is near", async (wire) => {
  const { error } = await call(wire, "ordre", {})
  const near = /Did you mean (.*)\?/.exec(error?.message ?? "")?.[1]
  return near === undefined ? String(error?.code) : `${error?.code}: ${near}`
})

const prototypeGiven = scene("hostile: __proto__ among the arguments", async (wire) => {
  const response = await call(wire, "echo", JSON.parse(`{"value":1,"__proto__":{"polluted":true}}`))
  const problem = problemOf(response)
  return problem === undefined
    ? gist(response)
    : { problem: { type: problem.type, paths: problem.issues?.map(({ path }) => path) } }
})

const progressOf = (wire: Wire, token: Id) =>
  wire.received.filter(({ method, params }) =>
    method === "notifications/progress" && params?.["progressToken"] === token
  ).map(({ params }) => params)

const eventsOf = async (wire: Wire, key: string): Promise<ReadonlyArray<string>> => {
  const { events } = gist(await call(wire, "events", { key })) as { readonly events: ReadonlyArray<string> }
  return events
}

const event = (wire: Wire, key: string, event: string) =>
  until(`"${event}" of ${key}`, async () => (await eventsOf(wire, key)).includes(event))

const progress = scene("progress: the same steps, all before the answer", async (wire) => {
  const response = await call(wire, "steps", {}, { progressToken: "steps" })
  const mine = wire.received.filter((message) => message === response || message.params?.["progressToken"] === "steps")
  return mine.map((message) => message === response ? gist(message) : message.params)
})

const beside = scene("progress: told once, while another call runs", async (wire) => {
  const other = ask(wire, "holds", { key: "beside" }, { progressToken: "beside" })
  await event(wire, "beside", "started")
  await call(wire, "steps", {}, { progressToken: "told once" })
  await call(wire, "release", { key: "beside" })
  return { told: progressOf(wire, "told once").length, other: gist(await wire.response(other)) }
})

const silence = scene("progress: none without a token", async (wire) => {
  const before = wire.received.length
  await call(wire, "steps", {})
  return wire.received.slice(before).filter(({ method }) => method !== undefined).length
})

const retried = scene("a retried call: progress, and errata/call", async (wire) => {
  const { result } = await call(wire, "flaky", {}, { progressToken: "flaky" })
  const told = Meta.call(result?.["_meta"] as { readonly [key: string]: unknown })
  return {
    told: { ...told, reference_id: undefined },
    progress: progressOf(wire, "flaky"),
    result: gist({ result } as Message)
  }
})

const patience = scene("timeout: with a progress token it comes later", async (wire) => {
  const patient = ask(wire, "slow", { key: "patience" }, { progressToken: "patience" })
  const other = gist(await call(wire, "slow", { key: "impatience" })) // began later, and was given up already
  await call(wire, "release", { key: "patience" })
  return { other, patient: gist(await wire.response(patient)) }
})

const cancel = scene("cancel: interrupted, finalized, and nothing is sent afterwards", async (wire) => {
  const id = ask(wire, "holds", { key: "cancel" }, { progressToken: "cancel" })
  await event(wire, "cancel", "started")
  await until("progress", () => progressOf(wire, "cancel").length > 0)
  wire.cancel(id)
  await event(wire, "cancel", "finalized")
  await eventsOf(wire, "cancel") // whatever was on its way before the end of the call is here now
  const told = progressOf(wire, "cancel").length
  for (let i = 0; i < 5; i++) await eventsOf(wire, "cancel")
  return {
    events: await eventsOf(wire, "cancel"),
    answers: wire.received.filter((message) => message.id === id && message.method === undefined).length,
    late: progressOf(wire, "cancel").length - told,
    fromTheFinalizer: progressOf(wire, "cancel").filter((params) => params?.["message"] === "too late").length
  }
})

const cancelZero = scene("cancel: the request with the id 0", async (wire) => {
  const id = ask(wire, "holds", { key: "zero" }, undefined, 0)
  await event(wire, "zero", "started")
  wire.cancel(id)
  const isInterrupted = () => eventsOf(wire, "zero").then((events) => events.includes("interrupted"))
  for (let i = 0; i < 20; i++) if (await isInterrupted()) return "interrupted"
  await call(wire, "release", { key: "zero" })
  return gist(await wire.response(id))
})

/** For hosts whose requests have streams of their own. */
export const closedStream = scene("a closed stream", async (wire) => {
  const id = ask(wire, "holds", { key: "closed" }, { progressToken: "closed" })
  await event(wire, "closed", "started")
  wire.closeStream(id)
  for (let i = 0; i < 20; i++) if ((await eventsOf(wire, "closed")).includes("interrupted")) return "interrupted"
  await call(wire, "release", { key: "closed" })
  await event(wire, "closed", "finalized")
  return (await eventsOf(wire, "closed")).includes("interrupted") ? "interrupted" : "goes on"
})

const together = scene("two calls at once: each gets its own answer", async (wire) => {
  const ids = ["one", "wrong"].map((name) => ask(wire, "meets", { key: "together", name }))
  return Promise.all(ids.map(async (id) => gist(await wire.response(id))))
})

const caller = scene("who calls", async (wire) => {
  const id = wire.ask("tools/call", { name: "about", arguments: {} }, { client: "ada" })
  return gist(await wire.response(id))
})

const listing = scene("the listing", async (wire) => {
  const { result } = await wire.response(wire.ask("tools/list", {}))
  return (result as { readonly tools: ReadonlyArray<unknown> }).tools
})

const wellness = scene("after all that the server is well", async (wire) => {
  const strange = wire.received.filter((message) => message.id == null && message.error !== undefined)
  return { strange, answer: gist(await call(wire, "echo", { value: "well" })) }
})

export const cases: ReadonlyArray<Case> = [
  listing,
  ...calls,
  nearName,
  prototypeGiven,
  progress,
  beside,
  silence,
  retried,
  patience,
  plain("timeout: without a progress token", "slow", { key: "timeout" }),
  cancel,
  cancelZero,
  together,
  caller,
  wellness
]

/** What a server makes of itself that starts with something wrong. */
export interface Start extends Case {
  readonly kind: Kind
}

/** Calls tools of a server that may not have started; a server that answers nothing has not. */
const start = (title: string, kind: Kind, calls: ReadonlyArray<readonly [name: string, args: object]>): Start => ({
  title,
  kind,
  isAnswer: false,
  run: async (wire) => {
    const responses = await Promise.all(calls.map(([name, args]) => call(wire, name, args)))
    return responses.every(({ error }) => error !== undefined) ? "does not start" : responses.map(gist)
  }
})

export const starts: ReadonlyArray<Start> = [
  start("services that cannot be built", "broken", [["greet", {}], ["echo", { value: 1 }]]),
  start("a tool named constructor", "odd", [["constructor", {}]])
]
