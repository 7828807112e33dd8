import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as TestClock from "effect/testing/TestClock"
import { bind, expectMasked, problemOf, recorder, settled } from "./support/harness.ts"

const tool = Tool.make("work", { description: "d", errors: [Errors.Conflict], safety: "read", timeout: "10 seconds" })
const conflict = new Errors.Conflict({ resource: "x" })

const endings = [
  { name: "success", end: Effect.void, exit: "Success" },
  { name: "failure", end: Effect.fail(conflict), exit: "Failure" },
  { name: "defect", end: Effect.die("x"), exit: "Failure" },
  { name: "timeout", end: Effect.never, exit: "Failure" },
  { name: "cancel", end: Effect.never, exit: "Failure" },
  { name: "interruption of itself", end: Effect.interrupt, exit: "Failure" }
] as const

describe("what a call holds is released before the reply", () => {
  for (const kind of ["at once", "later"] as const) {
    it.effect.each(endings.map((ending) => ({ ...ending, kind })))(
      `on $name, finalizers that end ${kind}`,
      ({ end, exit, name }) =>
        Effect.gen(function*() {
          const events: Array<string> = []
          const release = (label: string) => (exit: Exit.Exit<unknown, unknown>) =>
            Effect.andThen(
              kind === "at once" ? Effect.void : Effect.sleep("500 millis"),
              Effect.sync(() => events.push(`${label} ${exit._tag}`))
            )
          const handler = () =>
            Effect.gen(function*() {
              yield* Effect.addFinalizer(release("first"))
              yield* Effect.acquireRelease(
                Effect.sync(() => events.push("acquired")),
                (_, exit) => release("second")(exit)
              )
              return yield* end
            })
          const call = yield* bind(Tool.handle(tool, handler))
          const controller = new AbortController()
          const pending = call({}, { signal: controller.signal })
          let replied = false
          yield* Effect.forkChild(Effect.tap(pending.reply, () =>
            Effect.sync(() => {
              replied = true
              events.push("reply")
            })))
          yield* settled
          if (name === "cancel") controller.abort()
          if (name === "timeout") yield* TestClock.adjust("10 seconds")
          if (kind === "later") {
            yield* settled
            expect(replied).toBe(false)
            yield* TestClock.adjust("500 millis")
            yield* settled
            expect(replied).toBe(false)
            yield* TestClock.adjust("500 millis")
          }
          yield* settled
          expect(events).toEqual(["acquired", `second ${exit}`, `first ${exit}`, "reply"])
        })
    )
  }
})

it.effect("where everything ends at once, finalizers included, the reply is no promise", () =>
  Effect.gen(function*() {
    let ran = false
    const finalizer = () =>
      Effect.sync(() => {
        ran = true
      })
    const call = yield* bind(Tool.handle(tool, () => Effect.addFinalizer(finalizer)))
    expect(call({}).isPromise).toBe(false)
    expect(ran).toBe(true)
  }))

describe("a finalizer that dies", () => {
  it.effect.each(endings.slice(0, 3))(
    "leaves the reply of a $name as it is, and the log says so",
    ({ end, name }) =>
      Effect.gen(function*() {
        const log = recorder()
        const handler = () => Effect.andThen(Effect.addFinalizer(() => Effect.die(new Error("finalizer broke"))), end)
        const call = yield* bind(Tool.handle(tool, handler), { logsCalls: false }).pipe(Effect.provide(log.layer))
        const result = yield* call({}).reply
        if (name === "success") expect(result).toEqual({ content: [{ type: "text", text: "Done." }] })
        if (name === "failure") expect(problemOf(result)?.error).toBe("Conflict")
        if (name === "defect") expectMasked(result)
        expect(log.lines).toHaveLength(1)
        expect(log.lines[0]).toMatchObject({ level: "Error", cause: expect.stringContaining("finalizer broke") })
      })
  )

  it.effect("does not keep the others from running", () =>
    Effect.gen(function*() {
      let ran = 0
      const count = () =>
        Effect.sync(() => {
          ran++
        })
      const handler = () =>
        Effect.all(
          [Effect.addFinalizer(count), Effect.addFinalizer(() => Effect.die("x")), Effect.addFinalizer(count)],
          { discard: true }
        )
      const call = yield* bind(Tool.handle(tool, handler), { isDebugging: false })
      yield* call({}).reply
      expect(ran).toBe(2)
    }).pipe(Effect.provide(recorder().layer)))

  it.effect("inside the handler, together with a failure: the failure is told", () =>
    Effect.gen(function*() {
      const log = recorder()
      const handler = () => Effect.fail(conflict).pipe(Effect.ensuring(Effect.die(new Error("ensuring broke"))))
      const call = yield* bind(Tool.handle(tool, handler)).pipe(Effect.provide(log.layer))
      expect(problemOf(yield* call({}).reply)?.error).toBe("Conflict")
      expect(log.raw.join("\n")).toContain("ensuring broke")
    }))
})

describe("grace", () => {
  it.effect("a finalizer that hangs delays the reply by the grace, not for ever", () =>
    Effect.gen(function*() {
      const log = recorder()
      const handler = () => Effect.addFinalizer(() => Effect.never)
      const call = yield* bind(Tool.handle(tool, handler), { grace: "3 seconds" }).pipe(Effect.provide(log.layer))
      const pending = call({})
      yield* TestClock.adjust("2999 millis")
      expect(yield* pending.poll).toBeUndefined()
      yield* TestClock.adjust("1 millis")
      expect(yield* pending.poll).toEqual({ content: [{ type: "text", text: "Done." }] })
      expect(log.lines).toEqual([
        expect.objectContaining({ level: "Warn", outcome: "success", note: "its finalizers are still running" })
      ])
    }))

  it.effect("an interrupted call that hangs is answered after 2 s by default", () =>
    Effect.gen(function*() {
      const log = recorder()
      const call = yield* bind(Tool.handle(tool, () => Effect.ensuring(Effect.never, Effect.never))).pipe(
        Effect.provide(log.layer)
      )
      const pending = call({})
      yield* TestClock.adjust("11999 millis")
      expect(yield* pending.poll).toBeUndefined()
      yield* TestClock.adjust("1 millis")
      expect(problemOf((yield* pending.poll)!)?.type).toBe("timeout")
      expect(log.lines).toEqual([expect.objectContaining({ note: "its finalizers are still running" })])
    }))

  it.effect("a handler that cannot be interrupted is answered for, and its end is logged with a note", () =>
    Effect.gen(function*() {
      const log = recorder()
      const call = yield* bind(Tool.handle(tool, () => Effect.uninterruptible(Effect.sleep("1 minute")))).pipe(
        Effect.provide(log.layer)
      )
      const pending = call({})
      yield* TestClock.adjust("12 seconds")
      const result = yield* pending.poll
      expect(problemOf(result!)?.type).toBe("timeout")
      expect(log.lines).toHaveLength(1)
      yield* TestClock.adjust("48 seconds")
      yield* settled
      expect(log.lines).toHaveLength(2)
      expect(log.lines[1]).toMatchObject({
        reference_id: problemOf(result!)!.reference_id,
        note: "it ended after its reply"
      })
    }))

  it.effect("finalizers that end after the reply are logged with a note, once", () =>
    Effect.gen(function*() {
      const log = recorder()
      const handler = () =>
        Effect.addFinalizer(() => Effect.andThen(Effect.sleep("1 minute"), Effect.die(new Error("late"))))
      const call = yield* bind(Tool.handle(tool, handler)).pipe(Effect.provide(log.layer))
      const pending = call({})
      yield* TestClock.adjust("2 seconds")
      expect(yield* pending.poll).toBeDefined()
      yield* TestClock.adjust("1 hour")
      yield* settled
      expect(log.lines.map((line) => line["note"])).toEqual([
        "its finalizers are still running",
        "its finalizers ended after its reply"
      ])
      expect(log.lines[1]).toMatchObject({ level: "Error", cause: expect.stringContaining("late") })
    }))
})
