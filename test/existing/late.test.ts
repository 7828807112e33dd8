/** What a wrapped handler does after its call was answered: its progress is not heard, and its signal says that it may stop. */
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import { describe, expect, it } from "vitest"

interface Context1 {
  readonly signal: AbortSignal
  readonly sendNotification: (notification: object) => Promise<void>
}

interface Context2 {
  readonly mcpReq: { readonly signal: AbortSignal; readonly notify: (notification: object) => Promise<void> }
}

const progress = { method: "notifications/progress", params: { progressToken: 1, progress: 1 } }
const message = { method: "notifications/message", params: { level: "info", data: "x" } }

/** A handler's context in either generation of the SDK, and what the client heard. */
const context = (generation: 1 | 2) => {
  const heard: Array<string> = []
  const send = ({ method }: { readonly method?: string }) => {
    heard.push(method!)
    return Promise.resolve()
  }
  const { signal } = new AbortController()
  const given = generation === 1 ? { signal, sendNotification: send } : { mcpReq: { signal, notify: send } }
  return { given: given as unknown as Context1 & Context2, heard, outer: signal }
}

const partsOf = (context: Context1 & Context2) =>
  "mcpReq" in context
    ? context.mcpReq
    : { signal: (context as Context1).signal, notify: (context as Context1).sendNotification }

describe.each([1, 2] as const)("on SDK %i.x", (generation) => {
  it("progress that comes after the answer is dropped, and what came before is heard", async () => {
    const { given, heard } = context(generation)
    let late: (() => Promise<void>) | undefined
    const handler = wrapHandler(async (_: object, own: Context1 & Context2) => {
      const { notify } = partsOf(own)
      await notify(progress)
      late = () => notify(progress)
      return { content: [] }
    }, { logsCalls: false })
    await handler({}, given)
    await late!()
    await partsOf(given).notify(message)
    expect(heard).toEqual(["notifications/progress", "notifications/message"])
  })

  it("at its deadline the handler's own signal aborts, the client's does not, and progress ends", async () => {
    const { given, heard, outer } = context(generation)
    let stopped!: (why: boolean) => void
    const isStopped = new Promise<boolean>((resolve) => {
      stopped = resolve
    })
    const handler = wrapHandler((_: object, own: Context1 & Context2) => {
      const { notify, signal } = partsOf(own)
      signal.addEventListener("abort", () => {
        setImmediate(() => void notify(progress).then(() => stopped(signal.aborted)))
      })
      return new Promise<never>(() => undefined)
    }, { logsCalls: false, safety: "read", timeout: "10 millis" })
    const result = await handler({}, given)
    expect(result.content[0]).toMatchObject({
      text: expect.stringContaining("Error: timeout (transient). Retry later.")
    })
    expect(await isStopped).toBe(true)
    expect(outer.aborted).toBe(false)
    expect(heard).toEqual([])
  })
})
