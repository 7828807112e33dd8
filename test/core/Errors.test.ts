import { describe, expect, it } from "@effect/vitest"
import * as Classifier from "@errata/core/Classifier"
import * as Errors from "@errata/core/Errors"
import * as ErrorType from "@errata/core/ErrorType"
import { fromName } from "@errata/core/internal/errorType"
import * as ToolError from "@errata/core/ToolError"
import { source, stockMakers, stockNames } from "./support/arbitraries.ts"

const issue = { path: ["items", 0, "name"], message: "Expected a string" }

const table: ReadonlyArray<readonly [error: ToolError.Any, type: string, family: ToolError.Family, message: string]> = [
  [new Errors.NotFound({ resource: "Document", id: "DOC-1" }), "not_found", "permanent", "Document DOC-1 not found"],
  [new Errors.NotFound({ resource: "The page" }), "not_found", "permanent", "The page was not found"],
  [new Errors.AlreadyExists({ resource: "User", id: "7" }), "already_exists", "permanent", "User 7 already exists"],
  [
    new Errors.Conflict({ resource: "The order" }),
    "conflict",
    "permanent",
    "The order is in conflict with the present state"
  ],
  [
    new Errors.Conflict({ resource: "The order", reason: "it changed" }),
    "conflict",
    "permanent",
    "The order is in conflict: it changed"
  ],
  [
    new Errors.PermissionDenied({ action: "read", resource: "file a" }),
    "permission_denied",
    "permanent",
    "No permission to read file a"
  ],
  [
    new Errors.Unauthenticated({ service: "Billing" }),
    "unauthenticated",
    "permanent",
    "Billing did not accept the credentials"
  ],
  [new Errors.RateLimited({ service: "Billing" }), "rate_limited", "transient", "Billing limits the rate of requests"],
  [new Errors.Timeout({ operation: "The search" }), "timeout", "transient", "The search took too long"],
  [
    new Errors.Timeout({ operation: "The search", timeout_seconds: 2.5 }),
    "timeout",
    "transient",
    "The search took longer than 2.5 s"
  ],
  [
    new Errors.Unavailable({ service: "Billing", reason: "it restarts" }),
    "unavailable",
    "transient",
    "Billing is unavailable: it restarts"
  ],
  [
    new Errors.ConnectionFailed({ service: "Billing", reason: "refused" }),
    "connection_failed",
    "transient",
    "No connection to Billing: refused"
  ],
  [
    new Errors.UpstreamError({ service: "Billing", status_code: 502 }),
    "upstream_error",
    "transient",
    "Billing failed with status 502"
  ],
  [new Errors.UpstreamError({ service: "Billing" }), "upstream_error", "transient", "Billing failed"],
  [
    new Errors.UpstreamRejected({ service: "Billing", status_code: 418, reason: "teapot" }),
    "upstream_error",
    "permanent",
    "Billing rejected the request with status 418: teapot"
  ],
  [
    new Errors.MalformedResponse({ service: "Billing" }),
    "malformed_response",
    "permanent",
    "Billing returned an unexpected response"
  ],
  [
    new Errors.CircuitOpen({ service: "Billing" }),
    "circuit_open",
    "transient",
    "Billing failed repeatedly and is not called for now"
  ],
  [new Errors.Overloaded({ service: "Billing" }), "overloaded", "transient", "Billing is overloaded"],
  [new Errors.InProgress({ operation: "deploy" }), "in_progress", "transient", "deploy is already in progress"],
  [
    new Errors.OutcomeUnknown({ operation: "deploy" }),
    "outcome_unknown",
    "permanent",
    "deploy may or may not have taken effect"
  ],
  [
    new Errors.IdempotencyConflict({ operation: "deploy" }),
    "idempotency_conflict",
    "permanent",
    "The idempotency key of deploy was used with other arguments"
  ],
  [
    new Errors.QuotaExhausted({ service: "Billing" }),
    "quota_exhausted",
    "permanent",
    "The quota of Billing is used up"
  ],
  [
    new Errors.HandleExpired({ handle: "up-7", create_with: "start_upload" }),
    "handle_expired",
    "permanent",
    "Handle up-7 has expired"
  ],
  [new Errors.TooLarge({ resource: "The file" }), "too_large", "permanent", "The file is too large"],
  [
    new Errors.TooLarge({ resource: "The file", limit: 10 }),
    "too_large",
    "permanent",
    "The file is too large: at most 10 bytes are allowed"
  ],
  [
    new Errors.TooLarge({ resource: "The file", limit: 10, unit: "pages" }),
    "too_large",
    "permanent",
    "The file is too large: at most 10 pages are allowed"
  ],
  [new Errors.Unsupported({ feature: "PDF" }), "unsupported", "permanent", "PDF is not supported"],
  [
    new Errors.Unsupported({ feature: "PDF", supported: ["HTML", "text"] }),
    "unsupported",
    "permanent",
    "PDF is not supported; supported are HTML, text"
  ],
  [
    new Errors.InvalidArguments({ issues: [issue] }),
    "invalid_arguments",
    "validation",
    "Invalid argument items[0].name"
  ],
  [
    new Errors.InvalidArguments({ issues: [issue, issue] }),
    "invalid_arguments",
    "validation",
    "Invalid arguments: 2 problems"
  ],
  [
    new Errors.ArgumentsRejected({ service: "Billing", reason: "no such plan" }),
    "invalid_arguments",
    "validation",
    "Billing did not accept the arguments: no such plan"
  ],
  [
    new Errors.InvalidState({ resource: "The order", state: "shipped" }),
    "invalid_state",
    "permanent",
    "The order is shipped"
  ],
  [
    new Errors.InvalidState({ resource: "The order", state: "shipped", required_state: "open" }),
    "invalid_state",
    "permanent",
    "The order is shipped and must be open"
  ],
  [
    new Errors.Corrupted({ resource: "The file", reason: "no end" }),
    "corrupted",
    "permanent",
    "The file is corrupted: no end"
  ],
  [
    new Errors.ProcessingError({ operation: "The conversion" }),
    "processing_error",
    "permanent",
    "The conversion failed"
  ],
  [new Errors.BatchFailed({ total: 3 } as never), "batch_failed", "permanent", "All 3 items failed"],
  [new Errors.InternalError(), "internal_error", "permanent", "The tool failed unexpectedly"]
]

describe("the stock errors", () => {
  it.each(table.map(([error, type, family, message]) => ({ tag: error._tag, error, type, family, message })))(
    "$tag is $type, $family: $message",
    ({ error, family, message, type }) => {
      expect([ToolError.type(error).name, ToolError.family(error), error.message]).toEqual([type, family, message])
      expect(ToolError.invalidFields(error)).toEqual([])
    }
  )

  it("there is one for every type of the contract", () => {
    expect(new Set(table.map(([, type]) => type))).toEqual(new Set(Object.keys(ErrorType.stock)))
  })

  it("the generators of these tests know all of them", () => {
    const classes = Object.values(Errors).filter((value) => typeof value === "function" && "identifier" in value)
    expect(new Set(stockNames)).toEqual(
      new Set(classes.map((value) => (value as unknown as { identifier: string }).identifier))
    )
    expect(new Set(table.map(([error]) => error._tag))).toEqual(new Set(stockNames))
    for (const name of stockNames) expect(ToolError.invalidFields(stockMakers[name](source(1)) as never)).toEqual([])
  })

  it("the classifier's list holds only classes of theirs, each once", () => {
    const tags = Classifier.all.map((Class) => Class.identifier)
    expect(new Set(tags).size).toBe(tags.length)
    for (const tag of tags) expect(stockNames).toContain(tag)
  })
})

describe("types", () => {
  it.each(Object.entries(ErrorType.stock))("%s carries its own name, a title and a sentence", (name, type) => {
    expect(type.name).toBe(name)
    expect(type.title).toMatch(/^[A-Z][a-z ]+$/)
    expect(type.advice).toMatch(/^[A-Z].*\.$/)
  })

  it("harmless are those where nothing happened at the other end", () => {
    const harmless = Object.values(ErrorType.stock).filter((type) => type.harmless).map((type) => type.name)
    expect(harmless.toSorted()).toEqual([
      "circuit_open",
      "connection_failed",
      "in_progress",
      "overloaded",
      "rate_limited"
    ])
  })

  it.each(["", "NotFound", "not-found", "_x", "x_", "a__b", "1a", "a b", "ä", "a\n", "a.b"])(
    "cannot be named %j",
    (name) => {
      expect(() => ErrorType.make(name, { title: "x" })).toThrow(RangeError)
    }
  )

  it.each(["a", "quota_exceeded", "http2_error", "x1"])("can be named %s", (name) => {
    expect(ErrorType.make(name, { title: "x" })).toEqual({
      name,
      title: "x",
      advice: "Do not retry with the same arguments.",
      resolvedBy: "model",
      harmless: false
    })
  })

  it("are found by name; an unknown one gets the default advice", () => {
    expect(fromName("conflict")).toBe(ErrorType.stock.conflict)
    expect(fromName("quota_exceeded")).toMatchObject({
      name: "quota_exceeded",
      title: "quota exceeded",
      harmless: false
    })
    for (const name of ["constructor", "__proto__", "toString"]) expect(fromName(name).name).toBe(name)
  })
})
