/** What becomes of whatever a client raises: failures that no server of a test can bring about, raised by hand. */
import { describe, expect, it } from "@effect/vitest"
import type * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Client from "@errata/mcp-adapter/Client"
import {
  InsufficientScopeError,
  IssuerMismatchError,
  OAuthError,
  OAuthErrorCode,
  ProtocolError,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  UnauthorizedError as UnauthorizedError2
} from "@modelcontextprotocol/client"
import { UnauthorizedError as UnauthorizedError1 } from "@modelcontextprotocol/sdk/client/auth.js"
import { SseError } from "@modelcontextprotocol/sdk/client/sse.js"
import { StreamableHTTPError } from "@modelcontextprotocol/sdk/client/streamableHttp.js"
import { InvalidGrantError } from "@modelcontextprotocol/sdk/server/auth/errors.js"
import { CallToolResultSchema, ErrorCode, McpError } from "@modelcontextprotocol/sdk/types.js"
import * as McpClientError from "effect/ai/McpClientError"
import * as McpSchema from "effect/ai/McpSchema"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as RpcClientError from "effect/rpc/RpcClientError"
import * as Schema from "effect/Schema"
import { everyHostile } from "../core/support/arbitraries.ts"

const tool = Tool.make("read", { description: "", safety: "read" })

const officialThat = (failure: unknown): Client.AnyClient => ({ callTool: () => Promise.reject(failure as Error) })

const effectThat = (raised: Effect.Effect<unknown, unknown>): Client.AnyClient => ({
  protocolVersion: "2025-11-25",
  callTool: () => raised
})

const errorOf = (client: Client.AnyClient) =>
  Effect.runPromise(Effect.flip(Client.make(client, [tool], { service: "The press" }).read({})))

const coded = (code: string, message = code) => Object.assign(new Error(message), { code })
const fetchFailed = (cause: unknown) => new TypeError("fetch failed", { cause })

const zodError: unknown = CallToolResultSchema.safeParse({ content: 3 }).error

type Expected = { readonly _tag: string; readonly [field: string]: unknown }

const malformed: Expected = { _tag: "MalformedResponse", service: "The press" }
const lost: Expected = { _tag: "Unavailable", service: "The press", reason: "the connection was lost" }
const failedToConnect: Expected = { ...lost, reason: "the connection failed" }
const notConnected: Expected = { _tag: "ConnectionFailed", service: "The press", reason: "not connected" }

const official: ReadonlyArray<readonly [name: string, failure: unknown, expected: Expected]> = [
  ["1.x: a timeout of its own", McpError.fromError(ErrorCode.RequestTimeout, "Request timed out"), {
    _tag: "Timeout",
    operation: "read"
  }],
  ["1.x: a closed connection", McpError.fromError(ErrorCode.ConnectionClosed, "Connection closed"), lost],
  ["1.x: not connected", new Error("Not connected"), notConnected],
  ["1.x: no credentials", new UnauthorizedError1(), { _tag: "RemotePermanent", type: "unauthenticated" }],
  [
    "1.x: no credentials after all",
    new StreamableHTTPError(401, "Server returned 401 after successful authentication"),
    {
      _tag: "RemotePermanent",
      type: "unauthenticated"
    }
  ],
  ["1.x: neither JSON nor a stream", new StreamableHTTPError(-1, "Unexpected content type: text/html"), malformed],
  ["1.x: a result that is none", zodError, malformed],
  [
    "1.x: an output that does not fit",
    new McpError(-32602, "Structured content does not match the tool's output schema: x"),
    malformed
  ],
  [
    "1.x: no output",
    new McpError(-32600, "Tool read has an output schema but did not return structured content"),
    malformed
  ],
  ["1.x: the older transport", new Error("Error POSTing to endpoint (HTTP 503): <h1>no</h1>"), {
    _tag: "Unavailable",
    status_code: 503
  }],
  ["1.x: the older transport's stream", new SseError(403, "Forbidden", {} as never), {
    _tag: "RemotePermanent",
    type: "permission_denied"
  }],
  ["a server's words that look like it", new McpError(1001, "the bank said no (HTTP 503)"), {
    _tag: "RemotePermanent",
    reason: "the bank said no (HTTP 503)"
  }],
  ["2.x: a timeout of its own", new SdkError(SdkErrorCode.RequestTimeout, "x"), { _tag: "Timeout" }],
  ["2.x: a closed connection", new SdkError(SdkErrorCode.ConnectionClosed, "x"), lost],
  ["2.x: not sent", new SdkError(SdkErrorCode.SendFailed, "x"), lost],
  ["2.x: not connected", new SdkError(SdkErrorCode.NotConnected, "x"), notConnected],
  ["2.x: a result that is none", new SdkError(SdkErrorCode.InvalidResult, "x"), malformed],
  ["2.x: a question that nobody answers", new SdkError(SdkErrorCode.InputRequiredRoundsExceeded, "x"), {
    _tag: "RemotePermanent",
    type: "unsupported"
  }],
  ["2.x: no credentials", new UnauthorizedError2(), { _tag: "RemotePermanent", type: "unauthenticated" }],
  ["1.x: credentials that are refused", new InvalidGrantError("expired"), {
    _tag: "RemotePermanent",
    type: "unauthenticated",
    reason: "expired"
  }],
  ["2.x: credentials that are refused", new OAuthError(OAuthErrorCode.InvalidGrant, "expired"), {
    _tag: "RemotePermanent",
    type: "unauthenticated"
  }],
  ["2.x: an authorization server of somebody else", new IssuerMismatchError("authorization_response", "a", "b"), {
    _tag: "RemotePermanent",
    type: "unauthenticated"
  }],
  ["2.x: too few scopes", new InsufficientScopeError({ requiredScope: "print" }), {
    _tag: "RemotePermanent",
    type: "permission_denied"
  }],
  [
    "2.x: no credentials after all",
    new SdkHttpError(SdkErrorCode.ClientHttpAuthentication, "x", { status: 401, statusText: "" }),
    { _tag: "RemotePermanent", type: "unauthenticated" }
  ],
  [
    "2.x: an output that does not fit",
    new ProtocolError(-32602, "Structured content does not match the tool's output schema: x"),
    malformed
  ],
  ["connection refused", fetchFailed(coded("ECONNREFUSED")), { _tag: "ConnectionFailed", reason: "refused" }],
  ["no connection in time", fetchFailed(coded("UND_ERR_CONNECT_TIMEOUT")), { _tag: "ConnectionFailed" }],
  ["a lost connection", fetchFailed(coded("ECONNRESET")), { _tag: "Unavailable", reason: "the connection was reset" }],
  ["no headers in time", fetchFailed(coded("UND_ERR_HEADERS_TIMEOUT")), { _tag: "Timeout" }],
  ["a name that is not known", fetchFailed(coded("ENOTFOUND")), { _tag: "RemotePermanent", type: "upstream_error" }],
  ["a certificate", fetchFailed(coded("SELF_SIGNED_CERT_IN_CHAIN")), {
    _tag: "RemotePermanent",
    type: "upstream_error"
  }],
  ["a program that is not there", coded("ENOENT"), { _tag: "RemotePermanent", type: "not_found" }],
  ["no more files", coded("EMFILE"), { _tag: "Overloaded", service: "The press" }],
  ["an abort that nobody asked for", new DOMException("x", "AbortError"), lost],
  ["a mistake in what stands between", new TypeError("x is not a function"), { _tag: "RemotePermanent" }],
  ["anything", new Error("anything"), lost],
  ["a string", "anything", lost],
  ["nothing", undefined, lost]
]

const reason = (reason: McpClientError.McpClientErrorReason) => new McpClientError.McpClientError({ reason })

const ofEffect: ReadonlyArray<readonly [name: string, failure: unknown, expected: Expected]> = [
  ["a process that ended", reason(new McpClientError.TransportError({ description: "MCP process exited (1)" })), lost],
  ["connection refused", reason(new McpClientError.TransportError({ cause: fetchFailed(coded("ECONNREFUSED")) })), {
    _tag: "ConnectionFailed",
    reason: "refused"
  }],
  ["a JSON-RPC error", reason(new McpClientError.ProtocolError({ code: -32601, description: "no" })), {
    _tag: "RemotePermanent",
    type: "unsupported",
    reason: "no"
  }],
  ["no JSON-RPC", reason(new McpClientError.ProtocolError({ description: "no" })), malformed],
  ["a status", reason(new McpClientError.HttpError({ status: 503, retryAfter: "7" })), {
    _tag: "Unavailable",
    retry_after_seconds: 7
  }],
  [
    "a status with a JSON-RPC error",
    reason(new McpClientError.HttpError({ status: 400, code: -32602, description: "no" })),
    {
      _tag: "RemoteValidation",
      reason: "no"
    }
  ],
  ["what it cannot do", reason(new McpClientError.UnsupportedError({ description: "no" })), {
    _tag: "RemotePermanent",
    type: "unsupported",
    reason: "no"
  }],
  ["a client that is closed", reason(new McpClientError.ClosedError({})), lost],
  ["a session that has expired", reason(new McpClientError.ClosedError({ sessionExpired: true })), {
    _tag: "RemotePermanent",
    type: "not_found"
  }],
  ["a timeout of its own", reason(new McpClientError.TimeoutError({ operation: "tools/call" })), { _tag: "Timeout" }],
  ["a limit", reason(new McpClientError.LimitError({ description: "no" })), {
    _tag: "RemotePermanent",
    type: "too_large"
  }],
  ["a result that is none", reason(new McpClientError.ValidationError({ description: "no" })), malformed],
  ["the test client's JSON-RPC error", new McpSchema.InvalidParams({ code: -32602, message: "no" } as never), {
    _tag: "RemoteValidation",
    reason: "no"
  }],
  ["the test client's code of the server's own", new McpSchema.McpErrorBase({ code: 1001, message: "no" }), {
    _tag: "RemotePermanent",
    reason: "no"
  }]
]

describe("make", () => {
  it.each([{ timeout: "soon" as never }, { maxTimeout: "soon" as never }])(
    "refuses a time that is none: %o",
    (options) => {
      expect(() => Client.make(officialThat(undefined), [tool], options)).toThrow(/soon/)
    }
  )
})

describe("what a client raises", () => {
  it.each(official)("is known: %s", async (_, failure, expected) => {
    const error = await errorOf(officialThat(failure))
    expect(error).toMatchObject(expected as object)
    expect((error as { readonly cause?: unknown }).cause).toBe(failure)
  })

  it.each(ofEffect)("is known from effect's: %s", async (_, failure, expected) => {
    const error = await errorOf(effectThat(Effect.fail(failure)))
    expect(error).toMatchObject(expected as object)
    expect((error as { readonly cause?: unknown }).cause).toBe(failure)
  })

  it("is an error of ours, whatever it is", async () => {
    for (const value of everyHostile) {
      expect(ToolError.is(await errorOf(officialThat(value)))).toBe(true)
      expect(ToolError.is(await errorOf(effectThat(Effect.fail(value))))).toBe(true)
      expect(ToolError.is(await errorOf(officialThat({ code: value, message: value, data: value, status: value }))))
        .toBe(true)
      expect(ToolError.is(await errorOf(officialThat({ code: 7, message: "x", data: { "errata/problem": value } }))))
        .toBe(true)
    }
  })

  it.each([
    ["Chromium: no network", new TypeError("Failed to fetch"), failedToConnect],
    ["Firefox: no network", new TypeError("NetworkError when attempting to fetch resource."), failedToConnect],
    ["Safari: no network", new TypeError("Load failed"), failedToConnect],
    ["Node: a body that breaks off", new TypeError("terminated"), failedToConnect],
    ["a mistake", new TypeError("x is not a function"), { _tag: "RemotePermanent", type: "upstream_error" }],
    ["a status that is none, beside a code", Object.assign(coded("ECONNREFUSED"), { status: 0 }), {
      _tag: "ConnectionFailed"
    }],
    ["a status of success", Object.assign(coded("CLIENT_HTTP_UNEXPECTED_CONTENT"), { status: 200 }), malformed],
    ["a redirect", Object.assign(new Error("moved"), { status: 307 }), { _tag: "RemotePermanent" }]
  ])("is known, whoever sends: %s", async (_, failure, expected) => {
    expect(await errorOf(officialThat(failure))).toMatchObject(expected)
  })

  it("is read in time, however the body of an answer is made", async () => {
    for (const body of ["{".repeat(500_000), `{${"}".repeat(500_000)}x`, `{}${" ".repeat(500_000)}x`]) {
      const failure = new StreamableHTTPError(500, `Error POSTing to endpoint: ${body}`)
      // a reader that goes back for each brace would take minutes, and the test's own time would end
      expect(await errorOf(officialThat(failure))).toMatchObject({ _tag: "UpstreamError" })
    }
  })

  it("is an error where a client throws instead of rejecting", async () => {
    const client: Client.AnyClient = {
      callTool: () => {
        throw new Error("Not connected")
      }
    }
    expect(await errorOf(client)).toMatchObject(notConnected)
  })

  it("is an error where effect's test client dies of its connection, and a defect where it dies of anything else", async () => {
    const gone = new RpcClientError.RpcClientError({
      reason: new RpcClientError.RpcClientDefect({ message: "gone", cause: undefined })
    })
    expect(await errorOf(effectThat(Effect.die(gone)))).toMatchObject(lost)
    const exit = await Effect.runPromiseExit(
      Client.make(effectThat(Effect.die(new Error("a mistake"))), [tool]).read({})
    )
    expect(Exit.isFailure(exit) && Cause.hasDies(exit.cause)).toBe(true)
  })

  it("keeps the hint of a server that is not ours, in the data of its error", async () => {
    const error = await errorOf(officialThat(new McpError(1001, "busy", { retry_after_ms: 1500 })))
    expect(error._tag).toBe("RemoteTransient")
    expect(ToolError.retryAfter(error)).toEqual(Duration.millis(1500))
  })

  it("never repeats what the user has to do something about first", async () => {
    const error = await errorOf(officialThat(new McpError(-32042, "Sign in", { retryable: true, retry_after: 1 })))
    expect(error).toMatchObject({ _tag: "RemotePermanent", type: "unauthenticated", reason: "Sign in" })
  })

  it("has types that say all of it", () => {
    const _exhaustive = (error: Client.CallError<typeof tool>): ToolError.Family => {
      switch (error._tag) {
        case "ConnectionFailed":
        case "Overloaded":
        case "RateLimited":
        case "Timeout":
        case "Unavailable":
        case "UpstreamError":
        case "RemoteTransient":
          return "transient"
        case "MalformedResponse":
        case "RemotePermanent":
          return "permanent"
        case "InvalidArguments":
        case "RemoteValidation":
          return "validation"
      }
    }
    expect(_exhaustive({ _tag: "Timeout" } as Errors.Timeout)).toBe("transient")
    expect(Schema.isSchema(Client.RemotePermanent)).toBe(true)
  })
})
