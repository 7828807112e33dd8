/**
 * A process that runs orders: `node worker.ts <settings as JSON>`. It takes a call on each line of its stdin, and answers on stdout.
 */
import * as DurableTool from "@errata/core/durable"
import * as ToolTest from "@errata/mcp-adapter/ToolTest"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import { createInterface } from "node:readline"
import { order, work } from "./order.ts"
import type { Settings } from "./process.ts"

const settings = JSON.parse(process.argv[2]!) as Settings
const { engine } = settings

/** Loads what this engine needs: tests start many processes. */
const engineOf = async () => {
  const timing = { takeOver: settings.takeOver, shards: 20 }
  if (engine.kind === "sqlite") {
    const Sqlite = await import("@errata/core/durable/sqlite")
    return Sqlite.layer({ filename: engine.filename, ...timing })
  }
  const Cluster = await import("@errata/core/durable/cluster")
  const PgClient = await import("@effect/sql-pg/PgClient")
  return Layer.provide(
    Cluster.layer({ port: engine.port, ...timing }),
    PgClient.layer({ url: Redacted.make(engine.url) })
  )
}

const runtime = ManagedRuntime.make(
  Layer.provideMerge(
    Layer.provideMerge(work(settings), await engineOf()),
    Layer.succeed(Logger.LogToStderr, true)
  )
)
const handled = DurableTool.handle(order)
const cancels = DurableTool.cancelTool(order)

interface Asked {
  readonly id: number
  /** The arguments of the order, or of its cancel. */
  readonly args: { readonly cancel?: boolean; readonly order_id: string }
}

const answer = async (line: string): Promise<void> => {
  const { args: { cancel, ...args }, id } = JSON.parse(line) as Asked
  const { problem, text } = cancel === true
    ? await runtime.runPromise(ToolTest.call(cancels, args))
    : await runtime.runPromise(ToolTest.call(handled, args))
  const told = { id, text: text.replace(/Reference: .*/, ""), type: problem?.type }
  process.stdout.write(`${JSON.stringify(told)}\n`)
}

await runtime.context()
process.stdout.write("ready\n")
for await (const line of createInterface(process.stdin)) void answer(line)
await runtime.dispose()
process.exit()
