/**
 * Promises under policies inside wrapped handlers, on both SDKs: the one owner of retrying, the deadline, what the reply says.
 */
import * as Errors from "@errata/core/Errors"
import * as Promises from "@errata/core/promise"
import { forDependency, forEach, parts, retry, RetryPolicy } from "@errata/core/promise"
import { adoptServer } from "@errata/mcp-adapter/adopt"
import { type HandlerOptions, wrapHandler } from "@errata/mcp-adapter/wrap"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import { McpServer as McpServer2 } from "@modelcontextprotocol/server"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import * as z from "zod"
import { fakeTime } from "../support/fakeTime.ts"
import { otherCopy } from "../support/otherCopy.ts"
import { takeStderr } from "../support/stderr.ts"
import { connect1, connect2, info } from "./clients.ts"

interface Result {
  readonly isError?: boolean
  readonly content: ReadonlyArray<{ readonly text: string }>
  readonly structuredContent?: Record<string, unknown>
  readonly _meta?: Record<string, Record<string, unknown>>
}

type Handler = (args: { readonly ids: Array<string> }, context: object) => unknown
type Call = (ids?: ReadonlyArray<string>, options?: Told) => Promise<Result>

interface Told {
  readonly onprogress?: (progress: { readonly message?: string | undefined }) => void
  readonly signal?: AbortSignal
}

/** A server whose one tool is a wrapped handler, and a client of the same generation. */
const serve = {
  "SDK 1.x": async (handler: Handler, options: HandlerOptions): Promise<Call> => {
    const server = new McpServer1(info)
    server.registerTool("work", { inputSchema: { ids: z.array(z.string()) } }, wrapHandler(handler, options))
    const client = await connect1(server)
    return (ids = [], told) => client.callTool({ name: "work", arguments: { ids } }, undefined, told as never) as never
  },
  "SDK 2.x": async (handler: Handler, options: HandlerOptions): Promise<Call> => {
    const server = new McpServer2(info)
    server.registerTool("work", { inputSchema: z.object({ ids: z.array(z.string()) }) }, wrapHandler(handler, options))
    const client = await connect2(server)
    return (ids = [], told) => client.callTool({ name: "work", arguments: { ids } }, told as never) as never
  }
}

const lines: Array<string> = []
let untakeStderr = (): void => undefined
beforeEach(() => {
  lines.length = 0
  untakeStderr = takeStderr((line) => lines.push(line))
})
let realTime = (): void => undefined
afterEach(() => {
  untakeStderr()
  realTime()
  realTime = () => undefined
  vi.restoreAllMocks()
})

const quiet = { logsCalls: false } as const
const twice = RetryPolicy.make({ maxRetries: 2, delay: 0 })
const down = () => new Response(null, { status: 503 })
const service = "Billing"

const failing = (what: () => unknown) =>
  vi.fn(async (_signal: AbortSignal): Promise<string> => {
    throw what()
  })

describe.each(["SDK 1.x", "SDK 2.x"] as const)("in a handler that %s serves", (generation) => {
  const made = serve[generation]

  it("the reply says how often it was tried, and why no more", async () => {
    const request = failing(down)
    const call = await made(() => retry(request, twice, { service }), { ...quiet, safety: "read" })
    const { content, isError, _meta } = await call()
    expect(isError).toBe(true)
    expect(content[0]!.text).toMatch(
      /^Billing is unavailable\.\nError: unavailable \(transient\)\. Already tried 3 times\. Retry later\.\n/
    )
    expect(_meta!["errata/problem"]!["retry"]).toEqual({
      should_retry: true,
      attempts_made: 3,
      max_attempts: 3,
      reason: "exhausted"
    })
    expect(request).toHaveBeenCalledTimes(3)
  })

  it("nobody is told to repeat a call whose safety was not declared", async () => {
    const call = await made(() => retry(failing(down), twice, { service }), quiet)
    const { content, _meta } = await call()
    expect(content[0]!.text).toContain("Check whether it took effect before calling again.")
    expect(_meta!["errata/problem"]!["retry"]).toEqual({
      should_retry: false,
      attempts_made: 3,
      max_attempts: 3,
      reason: "undeclared_safety"
    })
  })

  it("nobody is told to repeat a call that may take effect once, whatever the last error says", async () => {
    const failures = [
      new Errors.Timeout({ operation: "It" }),
      ...Array.from({ length: 2 }, () => new Errors.RateLimited({ service, retry_after_seconds: 0 }))
    ]
    const call = await made(() => retry(failing(() => failures.shift()), twice), { ...quiet, safety: "once" })
    const { content } = await call()
    expect(content[0]!.text).toContain("Do not retry: the call may have taken effect. Check first.")
  })

  it("a success after attempts says so, and each retry is told to a client that listens", async () => {
    const heard: Array<string | undefined> = []
    let requests = 0
    const call = await made(() =>
      retry(() => {
        if (++requests < 3) throw down()
        return "paid"
      }, twice), quiet)
    const { content, _meta } = await call([], { onprogress: ({ message }) => heard.push(message) })
    expect(content[0]!.text).toBe("paid")
    expect(_meta!["errata/call"]!["attempts"]).toBe(3)
    expect(heard).toEqual(["attempt 2 of 3", "attempt 3 of 3"])
  })

  it("no wait goes beyond the deadline of the call", async () => {
    const request = failing(() => new Response(null, { status: 503, headers: { "retry-after": "60" } }))
    const call = await made(() => retry(request, twice, { service }), {
      ...quiet,
      safety: "read",
      timeout: "30 seconds"
    })
    const { content } = await call()
    expect(content[0]!.text).toContain("Already tried 1 time. Retry after 60 s.")
    expect(request).toHaveBeenCalledTimes(1)
  })

  it("the deadline of the call aborts an attempt that hangs", async () => {
    realTime = fakeTime()
    let seen: AbortSignal | undefined
    const call = await made(() =>
      retry((signal) => {
        seen = signal
        return new Promise(() => undefined)
      }, twice), { ...quiet, safety: "read", timeout: "5 seconds" })
    const answer = call()
    await vi.advanceTimersByTimeAsync(5_000)
    expect((await answer).content[0]!.text).toMatch(/^tool took longer than 5 s\.\nError: timeout \(transient\)\./)
    expect(seen?.aborted).toBe(true)
  })

  it("a client's cancel aborts an attempt, and ends a wait", async () => {
    const began = Promise.withResolvers<void>()
    const aborted = Promise.withResolvers<unknown>()
    const call = await made(async () => {
      await retry((signal) => {
        signal.addEventListener("abort", () => aborted.resolve("aborted"))
        began.resolve()
        return new Promise(() => undefined)
      }, twice)
    }, quiet)
    const controller = new AbortController()
    const answer = call([], { signal: controller.signal }).catch(() => "cancelled")
    await began.promise
    controller.abort()
    expect(await answer).toBe("cancelled")
    expect(await aborted.promise).toBe("aborted")
  })

  it("an author's own words stay, though a policy classified the failure", async () => {
    class LedgerTimeout extends Error {
      override readonly name = "LedgerTimeout"
    }
    const request = failing(() => new LedgerTimeout("The ledger is being balanced until noon"))
    const call = await made(() => retry(request, twice, { service }), { ...quiet, safety: "read" })
    const { content } = await call()
    expect(content[0]!.text).toMatch(
      /^The ledger is being balanced until noon\.\nError: timeout \(transient\)\. Already tried 3 times\. Retry later\./
    )
  })

  it("what nobody knows is told as it would be without a policy", async () => {
    const without = await made(failing(() => new Error("Invoice 7 is locked by Ann")) as never, quiet)
    const within = await made(() => retry(failing(() => new Error("Invoice 7 is locked by Ann")), twice), quiet)
    const [a, b] = [await without(), await within()]
    const said = ({ content }: Result) => content[0]!.text.replace(/Reference: .*/, "")
    expect(said(b)).toBe(said(a))
    expect(said(b)).toMatch(/^Invoice 7 is locked by Ann\./)
  })

  it("a dependency's timeout, breaker and retries are the call's", async () => {
    const billing = forDependency({
      service,
      retry: RetryPolicy.make({ maxRetries: 1, delay: 0 }),
      breaker: { failures: 2 }
    })
    const request = failing(down)
    const call = await made(() => billing(request), { ...quiet, safety: "read" })
    expect((await call()).content[0]!.text).toContain("Already tried 2 times.")
    expect((await call()).content[0]!.text).toMatch(
      /^Billing failed repeatedly and is not called for now\.\nError: circuit_open/
    )
    expect(request).toHaveBeenCalledTimes(2)
  })

  it("the call is found where it was passed, in a runtime without an AsyncLocalStorage", async () => {
    const found = await otherCopy(async () => {
      vi.stubGlobal("process", { ...process, getBuiltinModule: undefined, hrtime: process.hrtime })
      const key = Symbol.for("errata/calls")
      const globals = globalThis as { [key]?: unknown }
      const kept = globals[key]
      delete globals[key]
      try {
        const module = await import("@errata/core/promise")
        return { module, hasStorage: globals[key] !== undefined }
      } finally {
        globals[key] = kept
        vi.unstubAllGlobals()
      }
    })
    expect(found.hasStorage).toBe(false)
    const { retry, RetryPolicy } = found.module
    const policy = RetryPolicy.make({ maxRetries: 2, delay: 0 })
    const key = Symbol.for("errata/calls")
    const globals = globalThis as { [key]?: unknown }
    const kept = globals[key]
    delete globals[key]
    try {
      let requests = 0
      const call = await made((_, context) =>
        retry(
          (_signal, { call }) =>
            retry(
              () => {
                if (++requests < 3) throw down()
                return "paid"
              },
              policy,
              { call }
            ),
          RetryPolicy.none,
          { call: context }
        ), quiet)
      const { _meta } = await call()
      expect(_meta!["errata/call"]!["attempts"]).toBe(3)
    } finally {
      globals[key] = kept
    }
  })

  it("and by another copy of this package", async () => {
    const other = await otherCopy(() => import("@errata/core/promise"))
    expect(other.retry).not.toBe(Promises.retry)
    const request = failing(() => new Errors.Unavailable({ service }))
    const policy = other.RetryPolicy.make({ maxRetries: 2, delay: 0 })
    const heard: Array<string | undefined> = []
    const call = await made(() => other.retry(request, policy, { service }), { ...quiet, safety: "read" })
    const { content } = await call([], { onprogress: ({ message }) => heard.push(message) })
    expect(content[0]!.text).toContain("Already tried 3 times. Retry later.")
    expect(heard).toEqual(["attempt 2 of 3", "attempt 3 of 3"])
  })

  it("which keeps to the deadline, and writes into the log of the call", async () => {
    const other = await otherCopy(() => import("@errata/core/promise"))
    const request = failing(() => new Response(null, { status: 503, headers: { "retry-after": "60" } }))
    const late = await made(() => other.retry(request, other.RetryPolicy.patient), {
      ...quiet,
      safety: "read",
      timeout: 30_000
    })
    expect((await late()).content[0]!.text).toContain("Already tried 1 time. Retry after 60 s.")
    expect(request).toHaveBeenCalledTimes(1)

    const batch = await made(({ ids }) =>
      other.forEach(ids, async (id) => {
        throw id === "a"
          ? new TypeError("x of postgres://admin:hunter2@db is no function")
          : new Error("It is locked by Ann")
      }), { ...quiet, name: "release", safety: "read" })
    const { structuredContent } = await batch(["a", "b"])
    expect(structuredContent!["errors"]).toMatchObject([{ type: "internal_error" }, { type: "processing_error" }])
    const line = lines.map((line) => JSON.parse(line) as Record<string, unknown>).find(({ item }) => item === "a")
    expect(line).toMatchObject({
      level: "Error",
      message: "an item failed unexpectedly",
      tool: "release",
      reference_id: structuredContent!["reference_id"],
      cause: expect.stringContaining("TypeError: x of")
    })
    expect(lines.join("")).not.toContain("hunter2")
  })

  it("what nobody knows can be caught as it was thrown", async () => {
    const locked = new Error("Invoice 7 is locked by Ann")
    const call = await made(async () => {
      try {
        return await retry(failing(() => locked), twice)
      } catch (failure) {
        return failure === locked ? "the same" : "another"
      }
    }, quiet)
    expect((await call()).content[0]!.text).toBe("the same")
  })

  it("calls at once keep their own count", async () => {
    const call = await made(({ ids }) => {
      let left = Number(ids[0])
      return retry(async () => {
        await Promise.resolve()
        if (left-- > 0) throw down()
        return ids[0]
      }, RetryPolicy.make({ maxRetries: 5, delay: 0 }))
    }, quiet)
    const attempts = await Promise.all(["0", "3", "1", "4", "2"].map(async (id) => {
      const { content, _meta } = await call([id])
      return [content[0]!.text, _meta?.["errata/call"]?.["attempts"] ?? 1]
    }))
    expect(attempts).toEqual([["0", 1], ["3", 4], ["1", 2], ["4", 5], ["2", 3]])
  })
})

describe.each(["SDK 1.x", "SDK 2.x"] as const)("a batch that a handler of %s returns", (generation) => {
  const made = serve[generation]

  it("is its report, which says what may be tried again", async () => {
    const call = await made(({ ids }) =>
      forEach(ids, async (id) => {
        if (id === "b") throw new Response(null, { status: 503, headers: { "retry-after": "5" } })
        return id.toUpperCase()
      }, { service }), { ...quiet, safety: "idempotent" })
    const { content, isError, structuredContent } = await call(["a", "b", "c"])
    expect(isError).toBeUndefined()
    expect(JSON.parse(content[0]!.text)).toEqual(structuredContent)
    expect(structuredContent).toMatchObject({
      status: "partial",
      results: [{ index: 0, key: "a", value: "A" }, { index: 2, key: "c", value: "C" }],
      error_summary: { retry_keys: ["b"], retry_after_seconds: 5 },
      reference_id: expect.stringMatching(/^[0-9a-f]{8}$/)
    })
  })

  it("is an error where nothing succeeded, and 400 failures stay short", async () => {
    const ids = Array.from({ length: 400 }, (_, i) => `document-${i}`)
    const call = await made(({ ids }) =>
      forEach(ids, async (id) => {
        throw new Error(`${id} is locked by Ann, who went home and took the only key there is with her`)
      }), { ...quiet, safety: "idempotent" })
    const { content, isError, structuredContent } = await call(ids)
    expect(isError).toBe(true)
    expect(content[0]!.text).toMatch(/^All 400 items failed\.\nError: batch_failed \(permanent\)\./)
    expect(content[0]!.text).toContain("document-0 is locked by Ann") // the author's own words
    expect(content[0]!.text.length).toBeLessThan(4_000)
    expect(JSON.stringify(structuredContent).length).toBeLessThan(4_000)
  })

  it("is tried again item by item only where that was declared", async () => {
    const attempts = async (options: HandlerOptions, safety?: "idempotent") => {
      const seen: Array<number> = []
      const call = await made(({ ids }) =>
        forEach(ids, async (_id, _signal, { attempt }) => {
          seen.push(attempt)
          throw down()
        }, { retry: twice, safety }), { ...quiet, ...options })
      await call(["a"])
      return seen
    }
    expect(await attempts({ safety: "read" })).toEqual([1, 2, 3])
    expect(await attempts({})).toEqual([1])
    expect(await attempts({ safety: "once" })).toEqual([1])
    expect(await attempts({}, "idempotent")).toEqual([1, 2, 3])
  })

  it("comes as far as the deadline lets it", async () => {
    realTime = fakeTime()
    const seen: Array<AbortSignal> = []
    const call = await made(({ ids }) =>
      forEach(ids, (id, signal) => {
        seen.push(signal)
        return id === "a" ? "A" : new Promise(() => undefined)
      }), { ...quiet, safety: "read", timeout: "5 seconds" })
    const answer = call(["a", "b"])
    await vi.advanceTimersByTimeAsync(5_000)
    expect((await answer).structuredContent).toMatchObject({
      status: "partial",
      errors: [{ key: "b", type: "timeout" }]
    })
    expect(seen.map(({ aborted }) => aborted)).toEqual([false, true])
  })

  it("writes a bug into the call's log, without secrets", async () => {
    const call = await made(({ ids }) =>
      forEach(ids, async () => {
        throw new TypeError("connect to postgres://admin:hunter2@db failed")
      }), { ...quiet })
    const { content } = await call(["a"])
    expect(content[0]!.text).toContain("- a: internal_error.")
    const log = lines.join("\n")
    expect(log).toContain("\"an item failed unexpectedly\"")
    expect(log).toContain("\"item\":\"a\"")
    expect(log).toContain("\"tool\":\"tool\"")
    expect(log).not.toContain("hunter2")
  })
})

describe.each(["SDK 1.x", "SDK 2.x"] as const)("an answer in parts that a handler of %s returns", (generation) => {
  const made = serve[generation]

  const answer = (forecast: () => unknown, current: () => unknown = () => 21) => () =>
    parts({
      required: { current: async () => current() },
      optional: { forecast: { fetch: async () => forecast(), impact: "There is no outlook" } }
    }, { service: "The weather service" })

  it("says what is missing, in the author's words", async () => {
    const call = await made(
      answer(() => {
        throw new Error("The forecasters are on strike")
      }),
      quiet
    )
    const { isError, structuredContent } = await call()
    expect(isError).toBeUndefined()
    expect(structuredContent).toMatchObject({
      data: { current: 21 },
      degraded: true,
      warnings: [{
        component: "forecast",
        reason: "processing_error: The forecasters are on strike",
        impact: "There is no outlook"
      }],
      metadata: { components_requested: 2, components_returned: 1, completeness: 0.5 }
    })
  })

  it("fails with the error of a required part", async () => {
    const call = await made(
      answer(() => "sunny", () => {
        throw down()
      }),
      { ...quiet, safety: "read" }
    )
    const { content } = await call()
    expect(content[0]!.text).toMatch(
      /^The weather service is unavailable\.\nError: unavailable \(transient\)\. Retry later\./
    )
  })

  it("goes out without what is not there in time", async () => {
    realTime = fakeTime()
    const call = await made(answer(() => new Promise(() => undefined)), { ...quiet, timeout: "5 seconds" })
    const answered = call()
    await vi.advanceTimersByTimeAsync(5_000)
    expect((await answered).structuredContent).toMatchObject({ data: { current: 21 }, degraded: true })
  })
})

describe("in a server that is adopted", () => {
  it("the reply says how often it was tried", async () => {
    const server = new McpServer1(info)
    server.registerTool("work", { annotations: { readOnlyHint: true } }, async () => ({
      content: [{ type: "text", text: await retry(failing(down), twice, { service }) }]
    }))
    adoptServer(server, quiet)
    const client = await connect1(server)
    const { content } = await client.callTool({ name: "work" }) as unknown as Result
    expect(content[0]!.text).toContain("Already tried 3 times. Retry later.")
  })
})
