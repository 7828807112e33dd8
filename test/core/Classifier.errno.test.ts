import { describe, expect, it } from "@effect/vitest"
import * as Classifier from "@errata/core/Classifier"
import * as ToolError from "@errata/core/ToolError"
import { readFileSync } from "node:fs"
import { createServer } from "node:net"

const classify = Classifier.unknown({ service: "Billing", resource: "Invoice", id: "7", action: "read" })
const summary = (failure: unknown) => {
  const error = classify(failure)
  return error === undefined ? undefined : `${error._tag} (${ToolError.family(error)}): ${error.message}`
}
const withCode = (code: string) => Object.assign(new Error(`${code}: raw text with /etc/passwd`), { code })

const table: ReadonlyArray<readonly [codes: ReadonlyArray<string>, expected: string]> = [
  [["ECONNREFUSED"], "ConnectionFailed (transient): No connection to Billing: refused"],
  [["EHOSTUNREACH"], "ConnectionFailed (transient): No connection to Billing: host unreachable"],
  [["EHOSTDOWN"], "ConnectionFailed (transient): No connection to Billing: host down"],
  [["ENETUNREACH"], "ConnectionFailed (transient): No connection to Billing: network unreachable"],
  [["ENETDOWN"], "ConnectionFailed (transient): No connection to Billing: network down"],
  [["EAI_AGAIN"], "ConnectionFailed (transient): No connection to Billing: the name service does not answer"],
  [
    ["UND_ERR_CONNECT_TIMEOUT", "ERR_SOCKET_CONNECTION_TIMEOUT"],
    "ConnectionFailed (transient): No connection to Billing: connecting took too long"
  ],
  [["ECONNRESET"], "Unavailable (transient): Billing is unavailable: the connection was reset"],
  [["ECONNABORTED"], "Unavailable (transient): Billing is unavailable: the connection was aborted"],
  [[
    "EPIPE",
    "UND_ERR_SOCKET",
    "UND_ERR_CLOSED",
    "UND_ERR_DESTROYED",
    "ERR_STREAM_PREMATURE_CLOSE",
    "HPE_INVALID_EOF_STATE"
  ], "Unavailable (transient): Billing is unavailable: the connection was closed"],
  [["EBUSY"], "Unavailable (transient): Billing is unavailable: it is busy"],
  [
    ["ETIMEDOUT", "ESOCKETTIMEDOUT", "ERR_TLS_HANDSHAKE_TIMEOUT", "UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"],
    "Timeout (transient): Billing took too long"
  ],
  [["ENOTFOUND", "EAI_NONAME"], "UpstreamRejected (permanent): Billing cannot be reached: its name is not known"],
  [["EPROTO"], "UpstreamRejected (permanent): Billing cannot be reached: it speaks another protocol"],
  [[
    "CERT_HAS_EXPIRED",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "ERR_TLS_CERT_ALTNAME_INVALID"
  ], "UpstreamRejected (permanent): Billing cannot be reached: its certificate is not accepted"],
  [
    ["ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION"],
    "UpstreamRejected (permanent): Billing cannot be reached: no secure connection is possible"
  ],
  [
    ["HPE_INVALID_CONSTANT", "HPE_INVALID_HEADER_TOKEN"],
    "MalformedResponse (permanent): Billing returned an unexpected response: it is not HTTP"
  ],
  [["ENOENT", "ENOTDIR"], "NotFound (permanent): Invoice 7 not found"],
  [["EEXIST"], "AlreadyExists (permanent): Invoice 7 already exists"],
  [["EACCES", "EPERM", "EROFS"], "PermissionDenied (permanent): No permission to read Invoice 7"],
  [["EISDIR"], "Unsupported (permanent): Using the directory 7 as a file is not supported"],
  [["EMFILE", "ENFILE", "ENOBUFS"], "Overloaded (transient): Billing is overloaded"]
]

const rows = table.flatMap(([codes, expected]) => codes.map((code) => ({ code, expected })))

describe("codes of Node", () => {
  it.each(rows)("$code: $expected", ({ code, expected }) => expect(summary(withCode(code))).toBe(expected))

  it.each(rows)("$code inside what fetch throws", ({ code, expected }) => {
    expect(summary(new TypeError("fetch failed", { cause: withCode(code) }))).toBe(expected)
  })

  it.each(rows)("$code inside what connecting to several addresses throws", ({ code, expected }) => {
    expect(summary(new AggregateError([withCode(code), withCode("EUNKNOWN")], ""))).toBe(expected)
    expect(
      summary(new TypeError("fetch failed", { cause: Object.assign(new AggregateError([withCode(code)]), { code }) }))
    ).toBe(expected)
  })

  it.each(["EUNKNOWN", "", "econnrefused", "constructor", "__proto__", "toString", "ERR_INVALID_ARG_TYPE"])(
    "%j is not known",
    (code) => {
      expect(summary(withCode(code))).toBeUndefined()
    }
  )

  it("the raw text of the failure is in none of them, and the failure is the cause", () => {
    for (const { code } of rows) {
      const failure = withCode(code)
      const error = classify(failure)!
      expect(JSON.stringify([error.message, ToolError.details(error)])).not.toContain("passwd")
      expect((error as { readonly cause?: unknown }).cause).toBe(failure)
    }
  })

  it("causes are looked into only so far", () => {
    let failure: Error = withCode("ECONNREFUSED")
    for (let i = 0; i < 50; i++) failure = new Error("wrapped", { cause: failure })
    expect(summary(failure)).toBeUndefined()
    const endless = new Error("x") as Error & { cause: unknown }
    endless.cause = endless
    expect(summary(endless)).toBeUndefined()
  })

  it("what is given in the options is optional", () => {
    const bare = Classifier.errno({ service: "Billing" })
    expect(bare(withCode("ENOENT"))?.message).toBe("The item requested from Billing was not found")
    expect(bare(withCode("EACCES"))?.message).toBe("No permission to use Billing")
    expect(bare(withCode("EISDIR"))?.message).toBe("Using the directory Billing as a file is not supported")
  })
})

describe("a service whose name has an article", () => {
  const ofTheShop = Classifier.unknown({ service: "The shop" })
  const coded = (code: string) => Object.assign(new Error("raw"), { code })

  it.each([
    [{ status: 404 }, "The item requested from the shop was not found"],
    [{ status: 410 }, "The item requested from the shop was not found"],
    [coded("ENOENT"), "The item requested from the shop was not found"],
    [{ status: 409 }, "The request to the shop is in conflict with the present state"],
    [{ status: 403 }, "No permission to use the shop"],
    [{ status: 503 }, "The shop is unavailable"],
    [{ status: 501 }, "The shop rejected the request with status 501"],
    [coded("ECONNREFUSED"), "No connection to the shop: refused"],
    [coded("ENOTFOUND"), "The shop cannot be reached: its name is not known"],
    [coded("CERT_HAS_EXPIRED"), "The shop cannot be reached: its certificate is not accepted"],
    [coded("EISDIR"), "Using the directory the shop as a file is not supported"],
    [coded("SQLITE_CANTOPEN"), "The shop cannot be used: its file cannot be opened"]
  ])("%o: %s", (failure, message) => {
    expect(ofTheShop(failure)?.message).toBe(message)
  })
})

describe("what really happens", () => {
  it("fetch to a port where nobody listens", async () => {
    const port = await new Promise<number>((resolve) => {
      const server = createServer().listen(0, "127.0.0.1", () => {
        const { port } = server.address() as { port: number }
        server.close(() => resolve(port))
      })
    })
    const failure: unknown = await fetch(`http://127.0.0.1:${port}`).catch((failure: unknown) => failure)
    expect(summary(failure)).toBe("ConnectionFailed (transient): No connection to Billing: refused")
  })

  it("fetch from a server that hangs up", async () => {
    const failure: unknown = await new Promise((resolve) => {
      const server = createServer((socket) => socket.once("data", () => socket.destroy())).listen(
        0,
        "127.0.0.1",
        () => {
          const { port } = server.address() as { port: number }
          fetch(`http://127.0.0.1:${port}`).catch((failure: unknown) => {
            server.close()
            resolve(failure)
          })
        }
      )
    })
    expect(summary(failure)).toMatch(/^Unavailable \(transient\)/)
  })

  it("a file that does not exist, and a directory", () => {
    const caught = (path: string) => {
      try {
        return readFileSync(path)
      } catch (failure) {
        return failure
      }
    }
    expect(summary(caught("/no/such/file"))).toBe("NotFound (permanent): Invoice 7 not found")
    expect(summary(caught("/"))).toBe("Unsupported (permanent): Using the directory 7 as a file is not supported")
  })

  it("a signal that aborts in time", () => {
    expect(summary(new DOMException("The operation timed out", "TimeoutError"))).toBe(
      "Timeout (transient): Billing took too long"
    )
    expect(summary(new DOMException("The operation was aborted", "AbortError"))).toBeUndefined()
  })
})
