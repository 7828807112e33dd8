/**
 * Every channel by which something leaves a server, on every host: one secret must be in none of them, nor any other in any
 * context. `ERRATA_FULL=1` tries all secrets in all contexts on all hosts; else three hosts hear every secret once, the others a
 * few.
 */
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest"
import * as Wire from "../hosts/Wire.ts"
import { takeStderr } from "../support/stderr.ts"
import { type Besides, hosts } from "./hosts.ts"
import { type Channel, channels, channelsOfExisting, contextOf, textOf } from "./seen.ts"
import { count, readable, saidAt, secret } from "./texts.ts"
import { toolkitCalls } from "./toolkit.ts"
import { calls, tools, ways } from "./tools.ts"

type Host = (typeof hosts)[number]

interface Result {
  readonly content: ReadonlyArray<{ readonly type: string; readonly text?: string }>
  readonly structuredContent?: { readonly [key: string]: unknown }
  readonly _meta?: unknown
}

type Seen = Map<Channel, Array<string>>

const sort = (see: (channel: Channel, value: unknown) => void, tool: string, { error, result }: Wire.Message): void => {
  if (result === undefined) return see("reply text", error)
  const { _meta, content, structuredContent } = result as unknown as Result
  const blocks = content.filter(({ type }) => type !== "text")
  for (const { text } of content) see("reply text", text)
  see("_meta", _meta)
  if (structuredContent !== undefined) see("structuredContent", structuredContent)
  if (tool === "passes on") see("passed-on problem", _meta)
  if (tool === "batch") {
    for (const block of blocks) see("resource block", block)
    see("batch key", structuredContent?.["errors"])
    see("retry_keys", structuredContent)
  } else for (const block of blocks) see("resource of a failed result", block)
}

type Asked = readonly [tool: string, args: object, at?: number]

/** Makes calls on one host, and keeps what was seen in each channel. */
const collect = async ([, , open]: Host, asked: ReadonlyArray<Asked>): Promise<Seen> => {
  const isShort = asked.length > 50
  const seen: Seen = new Map()
  const see = (channel: Channel, value: unknown): void => {
    const text = typeof value === "string" ? value : textOf(value, isShort)
    const all = seen.get(channel)
    if (all === undefined) seen.set(channel, [text])
    else all.push(text)
  }
  const restore = takeStderr((line) => see("log line", line))
  const printed = (text: unknown) => see("stdout", text)
  for (const name of ["log", "info", "debug", "group", "groupCollapsed"] as const) {
    vi.spyOn(console, name).mockImplementation(printed)
  }
  vi.spyOn(console, "error").mockImplementation((text) => see("log line", text))
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed(text)
    return true
  })
  try {
    const wire = await Wire.connect(open({ context: await contextOf(see), see }))
    for (const [name, args, at] of asked) {
      const _meta = { progressToken: `${name} ${at}`, ...at === undefined ? {} : { at } }
      const id = wire.ask("tools/call", { name, arguments: args, _meta })
      sort(see, name, await wire.response(id))
    }
    for (const { method, params } of wire.received) {
      if (method === "notifications/progress") see("progress", params)
      if (method === "notifications/message") see("notification", params)
    }
    await wire.close()
  } finally {
    vi.restoreAllMocks()
    restore()
  }
  return seen
}

const besidesOf = (besides: Besides): ReadonlyArray<string> =>
  besides === "toolkit" ? toolkitCalls : ways.flatMap((way) => [way, `${way}, wrapped`])

/** All that may be called, each saying what the number says. */
const everything = ([, besides]: Host, at: number): ReadonlyArray<Asked> => [
  ...tools.map(({ tool }) => [tool.name, {}, at] as const),
  ...besidesOf(besides).map((name) => [name, besides === "toolkit" ? { at } : {}, at] as const)
]

afterEach(() => vi.restoreAllMocks())

describe.each(hosts)("%s", (...host) => {
  let seen: Seen
  beforeAll(async () => {
    seen = await collect(host, [...calls, ...besidesOf(host[1]).map((name) => [name, {}] as const)])
  })

  it.each([...channels, ...host[1] === "toolkit" ? [] : channelsOfExisting])("%s", (channel) => {
    const text = seen.get(channel)?.join("\n")
    expect(text, "the channel was not reached").toMatch(/opening|redacted|retry/)
    expect(text).not.toContain(secret)
    expect(text).not.toContain("R4nd0mR4nd0m")
  })

  it.each(
    [
      ["observed call", /opening/],
      ["metric", /errata_calls_total/],
      ["console", /opening/]
    ] as const
  )("%s, which operators see", (channel, reached) => {
    const text = seen.get(channel)?.join("\n")
    expect(text, "the channel was not reached").toMatch(reached)
    expect(text).not.toContain("R4nd0mR4nd0m")
  })

  it("stdout, which has nothing", () => {
    expect(seen.get("stdout")).toBeUndefined()
  })
})

const isFull = process.env["ERRATA_FULL"] === "1"

const numbers = (from: number, to: number): ReadonlyArray<number> =>
  Array.from({ length: to - from }, (_, i) => from + i)

describe.each(hosts)("%s", (...host) => {
  const hearsAll = ["SDK 1.x", "SDK 2.x", "effect 2025-11-25"].includes(host[0])
  const most = isFull ? count.all : hearsAll ? count.secrets : 25
  const mostInnocents = isFull || hearsAll ? count.innocents : 100
  const size = 100

  it(`none of the secrets in ${most} texts leaves by any channel`, async () => {
    for (let from = 0; from < most; from += size) {
      const ats = numbers(from, Math.min(most, from + size))
      const seen = await collect(host, ats.flatMap((at) => everything(host, at)))
      for (const [channel, texts] of seen) expect([channel, readable(texts.join("\n"), ats)]).toEqual([channel, []])
      expect(seen.get("stdout")).toBeUndefined()
    }
  }, 120_000 + most * 1_000)

  it("no innocent text is changed", async () => {
    for (let from = 1; from <= mostInnocents; from += size) {
      const ats = numbers(from, Math.min(mostInnocents + 1, from + size)).map((at) => -at)
      const seen = await collect(host, ats.map((at) => ["fails", {}, at]))
      const metas = seen.get("_meta")!
      ats.forEach((at, i) => {
        const { text } = saidAt(at)
        const forms = [true, false].map((isShort) => textOf({ text, list: [text] }, isShort).slice(1, -1).trim())
        expect(forms.filter((form) => metas[i]!.includes(form)), text).not.toEqual([])
      })
    }
  }, 300_000)
})
