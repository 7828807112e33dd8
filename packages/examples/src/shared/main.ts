/**
 * Starts an example server: over stdio, as a host starts it, or over HTTP.
 *
 * | argument | meaning |
 * |---|---|
 * | none | serves over stdio |
 * | `--http <port>` | serves over HTTP on this machine, at `/mcp` |
 * | `--token <secret>` | asks HTTP clients for this bearer token |
 * | `--console` | serves the operator's page at `/console` |
 *
 * and what the example takes itself.
 */
import type * as Redaction from "@errata/core/Redaction"
import type * as Tool from "@errata/core/Tool"
import { serve } from "@errata/mcp-adapter/stdio"
import * as Layer from "effect/Layer"
import { parseArgs } from "node:util"

/** Holds the version of all examples. */
const version = "0.1.0"

/** Says what an example serves. */
export interface Served<R> {
  readonly tools: ReadonlyArray<Tool.Handled<R>>
  readonly layer: Layer.Layer<R, unknown>
  /** Holds what masks secrets in replies and in the log. Default: `Redaction.standard`. */
  readonly redactor?: Redaction.Redactor | undefined
}

/** Describes an example server. */
export interface Example<Name extends string, R> {
  readonly name: string
  /** Holds the arguments that the example takes itself, with their defaults. */
  readonly arguments?: { readonly [name in Name]: string }
  /** Makes what is served. What it throws is why the server cannot start. */
  readonly load: (args: { readonly [name in Name]: string }) => Served<R> | Promise<Served<R>>
}

const common = {
  http: { type: "string" },
  token: { type: "string" },
  console: { type: "boolean", default: false }
} as const

/** Serves an example until its client goes, or the process is asked to end. */
export const main = <R, Name extends string = never>(example: Example<Name, R>): Promise<void> => {
  const { name } = example
  return asksForHttp() ? overHttp(example) : serve(async () => (await loaded(example)).tools, { name })
}

/** What is wrong with the arguments is said where a server that cannot start says why, so this looks no further. */
const asksForHttp = (): boolean => process.argv.some((argument) => /^--http(=|$)/.test(argument))

const overHttp = async <R, Name extends string>(example: Example<Name, R>): Promise<void> => {
  const Http = await import("@errata/mcp-adapter/http")
  const Telemetry = await import("@errata/mcp-adapter/Telemetry")
  const load = async () => {
    const { tools, values } = await loaded(example)
    const { console, http, token } = values
    const layer = Layer.merge(tools.layer, Telemetry.layer)
    return { ...tools, layer, port: portOf(http), console: console === true, ...token === undefined ? {} : { token } }
  }
  const { ended } = await Http.serve(load, { name: example.name })
  await ended
}

const portOf = (text = ""): number => {
  if (/^\d{1,5}$/.test(text)) return Number(text)
  throw new RangeError(`--http takes the number of a port, not ${JSON.stringify(text)}`)
}

const loaded = async <R, Name extends string>(example: Example<Name, R>) => {
  const own = Object.entries<string>(example.arguments ?? {}).map(([name, byDefault]) =>
    [name, { type: "string", default: byDefault }] as const
  )
  const { values } = parseArgs({ options: { ...Object.fromEntries(own), ...common } })
  const { layer, redactor, tools } = await example.load(values as { [name in Name]: string })
  return { values, tools: { name: example.name, version, tools, layer, redactor } }
}
