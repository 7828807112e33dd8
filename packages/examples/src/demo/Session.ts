/**
 * Talks to the server as a host would: the official client over stdio, with the server's log beside it.
 */
import * as Meta from "@errata/mcp-adapter/Meta"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js"
import * as Redacted from "effect/Redacted"
import * as NodePath from "node:path"
import { createInterface } from "node:readline"
import type { Readable } from "node:stream"
import { fileURLToPath } from "node:url"
import type { Simulator } from "../weather/simulator.ts"
import type { Stage } from "./stage.ts"

/** A line of the server's log. */
export type LogLine = { readonly [key: string]: unknown }

/** What a call gave. */
export interface Answer {
  readonly tool: string
  readonly args: object
  readonly text: string
  readonly problem: ReturnType<typeof Meta.problem>
  /** Holds what a success says of itself: `success`, `partial`, or `replayed` where it is the answer of an earlier call. */
  readonly status: "success" | "partial" | "replayed"
  readonly log: LogLine | undefined
  readonly millis: number
}

/** A running server and its client. */
export interface Session {
  readonly call: (
    tool: string,
    args: object,
    options?: { signal?: AbortSignal; onprogress?: (progress: { message?: string | undefined }) => void }
  ) => Promise<Answer>
  /** The log line that satisfies a condition, now or within two seconds. */
  readonly logLine: (matches: (line: LogLine) => boolean) => Promise<LogLine | undefined>
  /** Ends the process at once: no finalizer runs. */
  readonly kill: () => void
  readonly close: () => Promise<void>
}

const parse = (text: string): LogLine | undefined => {
  try {
    return JSON.parse(text) as LogLine
  } catch {
    return undefined
  }
}

const pathOf = (server: string): string => fileURLToPath(new URL(`../${server}/main.ts`, import.meta.url))

/** Starts the documents server on a stage. */
export const documents = (stage: Stage, conversionTimeout: string): Promise<Session> =>
  start([pathOf("documents"), "--root", stage.root], {
    ERRATA_DATA: stage.data,
    ERRATA_CONVERSION_TIMEOUT: conversionTimeout
  })

/** Starts the weather server in front of a weather service. */
export const weather = (service: Simulator, retryDelay: string): Promise<Session> =>
  start([pathOf("weather")], {
    WEATHER_API_URL: service.url,
    WEATHER_API_KEY: Redacted.value(service.apiKey),
    WEATHER_RETRY_DELAY: retryDelay
  })

/** Starts the operations server on a stage. */
export const operations = (stage: Stage): Promise<Session> =>
  start([pathOf("operations")], { ERRATA_DATA: NodePath.join(stage.data, "operations") })

const start = async (args: Array<string>, env: { [name: string]: string }): Promise<Session> => {
  const transport = new StdioClientTransport({ command: process.execPath, args, env, stderr: "pipe" })
  const lines: Array<LogLine> = []
  let heard = Promise.withResolvers<void>()
  if (transport.stderr === null) throw new Error("The server's stderr is not piped")
  createInterface({ input: transport.stderr as Readable }).on("line", (text) => {
    const line = parse(text)
    if (line !== undefined) lines.push(line)
    heard.resolve()
    heard = Promise.withResolvers<void>()
  })
  const client = new Client({ name: "errata-demo", version: "0.1.0" })
  await client.connect(transport)
  await client.listTools()

  const logLine: Session["logLine"] = async (matches) => {
    const deadline = AbortSignal.timeout(2_000)
    const late = new Promise<void>((resolve) => deadline.addEventListener("abort", () => resolve(), { once: true }))
    for (;;) {
      const found = lines.find(matches)
      if (found !== undefined || deadline.aborted) return found
      await Promise.race([heard.promise, late])
    }
  }

  const call: Session["call"] = async (tool, args, options) => {
    const seen = lines.length
    const startedAt = performance.now()
    const result = await client.callTool({ name: tool, arguments: { ...args } }, undefined, options)
    const millis = Math.round(performance.now() - startedAt)
    const problem = Meta.problem(result._meta)
    const block = (result.content as ReadonlyArray<{ readonly type: string; readonly text?: string }>)[0]
    const log = await logLine((line) =>
      line["message"] === "tool call ended" && line["tool"] === tool &&
      (problem === undefined ? lines.indexOf(line) >= seen : line["reference_id"] === problem.reference_id)
    )
    const { status } = Object(result.structuredContent) as { readonly status?: unknown }
    const { replayed } = Object(result._meta?.["errata/call"]) as { readonly replayed?: unknown }
    return {
      tool,
      args,
      text: block?.text ?? "",
      problem,
      status: replayed === true ? "replayed" : status === "partial" ? "partial" : "success",
      log,
      millis
    }
  }

  const kill = (): void => {
    if (transport.pid !== null) process.kill(transport.pid, "SIGKILL")
  }
  return { call, logLine, kill, close: () => client.close() }
}
