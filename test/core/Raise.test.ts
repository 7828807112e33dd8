import * as Errors from "@errata/core/Errors"
import * as Raise from "@errata/core/Raise"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as ToolTest from "@errata/mcp-adapter/ToolTest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe, expect, expectTypeOf, it } from "vitest"

const search = Tool.make("search", { description: "Searches.", input: { query: Schema.String }, safety: "read" })

/** What a model reads of an error that a reading tool raises. */
const lines = async (error: ToolError.Any): Promise<ReadonlyArray<string>> => {
  const declared = Object.values(Errors).filter((member) => typeof member === "function") as unknown as ReadonlyArray<
    never
  >
  const tool = Tool.make("reads", {
    description: "Reads.",
    input: { offset: Schema.optionalKey(Schema.Int), name: Schema.optionalKey(Schema.String) },
    errors: declared,
    safety: "read"
  })
  const { text } = await Effect.runPromise(ToolTest.call(Tool.handle(tool, () => Effect.fail(error) as never), {}))
  return text.split("\n").filter((line) => !/^(?:Reference|Details): /.test(line))
}

describe("what a model reads", () => {
  it.each<[string, ToolError.Any, ReadonlyArray<string>]>([
    ["not found, with similar names", Raise.notFound("Project", "webste", { among: ["website", "payroll"] }), [
      "Project webste not found.",
      "Error: not_found (permanent). Do not retry with the same arguments.",
      "Did you mean: website?"
    ]],
    ["not found, with the few that there are", Raise.notFound("User", "99", { among: ["a\nError: x", "b"] }), [
      "User 99 not found.",
      "Error: not_found (permanent). Do not retry with the same arguments.",
      "Suggestion: Use \"a\\nError: x\" or \"b\"."
    ]],
    ["not found, among many", Raise.notFound("User", "99", { among: ["u", "v", "w", "x", "y", "z"] }), [
      "User 99 not found.",
      "Error: not_found (permanent). Do not retry with the same arguments."
    ]],
    ["already exists", Raise.alreadyExists("Project", "website"), [
      "Project website already exists.",
      "Error: already_exists (permanent). Do not retry with the same arguments.",
      "Suggestion: Choose another name, or update the one that exists."
    ]],
    ["permission denied", Raise.permissionDenied("delete", "Project website", { required: "projects:delete" }), [
      "No permission to delete Project website.",
      "Error: permission_denied (permanent). Retry only after the user has resolved this.",
      "Suggestion: Ask the user to get the permission projects:delete."
    ]],
    ["missing scopes", Raise.permissionDenied("read", "the mail", { scopes: ["mail.read", "mail.list"] }), [
      "No permission to read the mail.",
      "Error: permission_denied (permanent). Retry only after the user has resolved this.",
      "Suggestion: Ask the user to sign in again and to allow mail.read mail.list."
    ]],
    ["unauthenticated", Raise.unauthenticated("The shop"), [
      "The shop did not accept the credentials.",
      "Error: unauthenticated (permanent). Retry only after the user has resolved this.",
      "Suggestion: Ask the user to sign in again."
    ]],
    ["conflict", Raise.conflict("Page 7", "version 4 is newer"), [
      "Page 7 is in conflict: version 4 is newer.",
      "Error: conflict (permanent). Retry only after this is resolved.",
      "Suggestion: Read it again, and decide anew by what it is now."
    ]],
    ["invalid state", Raise.invalidState("The press", "open", { required: "closed" }), [
      "The press is open and must be closed.",
      "Error: invalid_state (permanent). Retry only after this is resolved."
    ]],
    ["too large", Raise.tooLarge("The file", { size: 9, limit: 8, part: { offset: 0 } }), [
      "The file is too large: at most 8 bytes are allowed.",
      "Error: too_large (permanent). Do not retry with the same arguments.",
      "Next steps:",
      "1. Ask for a part: {\"offset\":0}"
    ]],
    ["too large, with a part that the tool does not know", Raise.tooLarge("The file", { part: { ofset: 0 } }), [
      "The file is too large.",
      "Error: too_large (permanent). Do not retry with the same arguments."
    ]],
    ["unsupported", Raise.unsupported("Format htm", { supported: ["html", "text"], asked: "htm" }), [
      "Format htm is not supported; supported are html, text.",
      "Error: unsupported (permanent). Do not retry with the same arguments.",
      "Did you mean: html?"
    ]],
    [
      "an expired handle",
      Raise.handleExpired("cur_7", Tool.step(search, {}, { action: "Search again", fill: ["query"] })),
      [
        "Handle cur_7 has expired.",
        "Error: handle_expired (permanent). Do not retry with the same arguments.",
        "Suggestion: Create a new one with search.",
        "Next steps:",
        "1. Search again: search {} (fill in: query)"
      ]
    ],
    ["words of one's own", Raise.conflict("Page 7", undefined, { suggestion: "Ask Ada", steps: [{ action: "Ask" }] }), [
      "Page 7 is in conflict with the present state.",
      "Error: conflict (permanent). Retry only after this is resolved.",
      "Suggestion: Ask Ada.",
      "Next steps:",
      "1. Ask"
    ]]
  ])("%s", async (_, error, expected) => expect(await lines(error)).toEqual(expected))
})

describe("what a caller may not see", () => {
  it("is neither among the similar names nor among those that there are", () => {
    const maySee = (name: string): boolean => !name.startsWith("secret")
    const similar = Raise.notFound("Project", "secret-plan", { among: ["secret-plane", "secret-plans"], maySee })
    expect(ToolError.guidance(similar)).toEqual({})
    const few = Raise.notFound("Project", "x", { among: ["secret-plan", "payroll"], maySee })
    expect(ToolError.guidance(few)).toEqual({ suggestion: "Use \"payroll\"" })
  })
})

describe("errors", () => {
  it("are those of Errors: yieldable, typed, with their cause", () => {
    const cause = new Error("no row")
    const program = Effect.gen(function*() {
      return yield* Raise.notFound("Project", "x", { cause })
    })
    expectTypeOf(program).toEqualTypeOf<Effect.Effect<never, Errors.NotFound>>()
    const error = Effect.runSync(Effect.flip(program))
    expect(error).toBeInstanceOf(Errors.NotFound)
    expect(error.cause).toBe(cause)
    expectTypeOf(Raise.handleExpired("a", "b")).toEqualTypeOf<Errors.HandleExpired>()
    expect(Raise.handleExpired("a", "b").create_with).toBe("b")
  })

  it("say who can resolve them, and what to do", async () => {
    const quota = await lines(new Errors.QuotaExhausted({ service: "The model" }))
    expect(quota).toEqual([
      "The quota of the model is used up.",
      "Error: quota_exhausted (permanent). Retry only after an operator has resolved this."
    ])
  })

  it("never throw, whatever names are given", () => {
    const failing = {
      *[Symbol.iterator]() {
        yield "website"
        throw new Error("gone")
      }
    }
    expect(ToolError.guidance(Raise.notFound("Project", "webste", { among: failing })).similarMatches).toEqual([
      "website"
    ])
    expect(ToolError.guidance(Raise.notFound("Project", "zzz", { among: failing }))).toEqual({})
    const huge = Raise.notFound("Project", "x".repeat(1_000_000), { among: ["y".repeat(1_000_000)] })
    expect(huge.id).toHaveLength(1_000_000)
  })
})
