import { describe, expect, it } from "@effect/vitest"
import * as Classifier from "@errata/core/Classifier"

const classify = Classifier.unknown({ service: "The service" })

const E = (message: string, more: object = {}, name?: string): Error =>
  Object.assign(new Error(message), more, name === undefined ? {} : { name })

const named = (name: string, message = "x", more: object = {}): Error => {
  const Class = { [name]: class extends Error {} }[name]!
  return Object.assign(new Class(message), more)
}

const lookalikes: ReadonlyArray<readonly [name: string, failure: unknown]> = [
  ["http status of an order", { status: "open", code: "A-1" }],
  ["plain object code 7", { code: 7, details: "x" }],
  ["error with code 404-ish product", E("x", { code: "4042" })],
  ["a bad setting", E("timeout must be positive", {}, "InvalidTimeoutError")],
  ["exit code 4", E("Command failed", { code: 4, cmd: "x" })],
  ["process 'exitCode' 429", E("x", { exitCode: 429 })],
  ["RangeError Invalid time value", new RangeError("Invalid time value")],
  ["TypeError with cause", new TypeError("Cannot read x", { cause: E("x", { code: "ECONNRESET" }) })],
  ["TypeError fetch is not a function", new TypeError("fetch is not a function")],
  ["SyntaxError import", new SyntaxError("Unexpected identifier")],
  ["AssertionError", E("x", { code: "ERR_ASSERTION", generatedMessage: true }, "AssertionError")],
  ["InvalidConnectionStringError", named("InvalidConnectionString")],
  ["ValidationError own", named("ValidationError")],
  ["NotFoundError DOM", new DOMException("x", "NotFoundError")],
  ["InvalidStateError DOM", new DOMException("x", "InvalidStateError")],
  ["SyntaxError DOM", new DOMException("x", "SyntaxError")],
  ["DataCloneError", new DOMException("x", "DataCloneError")],
  ["AbortError", new DOMException("x", "AbortError")],
  ["QuotaExceededError DOM", new DOMException("x", "QuotaExceededError")],
  ["timeouts in words", E("the user set a timeout of 5")],
  ["connection in words", E("No connection between the two nodes in the graph")],
  ["message unique", E("Names must be unique")],
  ["ERR_MODULE_NOT_FOUND", E("Cannot find package", { code: "ERR_MODULE_NOT_FOUND" })],
  ["MODULE_NOT_FOUND", E("Cannot find module", { code: "MODULE_NOT_FOUND" })],
  ["ERR_UNKNOWN_FILE_EXTENSION", Object.assign(new TypeError("x"), { code: "ERR_UNKNOWN_FILE_EXTENSION" })],
  ["EADDRINUSE", E("listen EADDRINUSE", { code: "EADDRINUSE", syscall: "listen" })],
  ["ERR_SOCKET_BAD_PORT", Object.assign(new RangeError("x"), { code: "ERR_SOCKET_BAD_PORT" })],
  ["ERR_HTTP_HEADERS_SENT", E("x", { code: "ERR_HTTP_HEADERS_SENT" })],
  ["ERR_STREAM_WRITE_AFTER_END", E("x", { code: "ERR_STREAM_WRITE_AFTER_END" })],
  ["ERR_IPC_CHANNEL_CLOSED", E("x", { code: "ERR_IPC_CHANNEL_CLOSED" })],
  ["ERR_WORKER_OUT_OF_MEMORY", E("x", { code: "ERR_WORKER_OUT_OF_MEMORY" })],
  ["status 200", E("x", { status: 200 })],
  ["status 304", E("x", { status: 304 })],
  ["status 600", E("x", { status: 600 })],
  ["status 404.5", E("x", { status: 404.5 })],
  ["status obj", E("x", { status: { code: 404 } })],
  ["an array", [404]],
  ["a number", 404],
  ["a text", "ECONNRESET"],
  ["pg syntax", E("x", { code: "42601", severity: "ERROR" })],
  ["pg undefined column", E("x", { code: "42703", severity: "ERROR" })],
  ["mysql syntax", E("x", { code: "ER_PARSE_ERROR", errno: 1064, sqlState: "42000", sqlMessage: "x" })],
  ["redis wrongtype", E("WRONGTYPE Operation", {}, "ReplyError")],
  ["redis unknown cmd", E("ERR unknown command 'x'", {}, "ReplyError")],
  ["prisma validation", E("x", { clientVersion: "6" }, "PrismaClientValidationError")],
  [
    "graphql validation",
    E("x", { response: { status: 200, errors: [{ message: "x", extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }] } })
  ],
  ["errors array of a form", E("x", { errors: [{ message: "required", path: ["a"] }] })],
  ["errors with type NOT_FOUND without path", E("x", { errors: [{ message: "x", type: "NOT_FOUND" }] })],
  ["RETRYABLE text", { isRetryable: "true" }],
  ["EFoo", E("x", { code: "EFOO" })],
  ["Stripe signature", E("x", { type: "StripeSignatureVerificationError" }, "Error")],
  ["jose expired", E("x", { code: "ERR_JWT_EXPIRED" }, "JWTExpired")],
  ["detail text", E("x", { detail: "Key (a)=(1) already exists" })],
  ["cause string", new Error("x", { cause: "ECONNRESET" })],
  ["reason object w/o name", E("x", { reason: { status: 404 } })],
  ["error prop w/ status obj", E("x", { error: { status: 404 } })],
  ["sftp no such file", E("No such file", { code: 2 })],
  ["algolia retry", E("Unreachable hosts", { transporterStackTrace: [] }, "RetryError")],
  ["jsforce", E("x", { errorCode: "INVALID_SESSION_ID", name: "INVALID_SESSION_ID" })],
  ["jsforce limit", E("x", { errorCode: "REQUEST_LIMIT_EXCEEDED" })],
  ["clickhouse", E("Table default.x does not exist", { code: "60", type: "UNKNOWN_TABLE" }, "ClickHouseError")],
  ["puppeteer protocol", named("TargetCloseError", "Protocol error (X): Target closed")],
  ["bullmq", E("job stalled more than allowable limit", {}, "UnrecoverableError")],
  ["memjs", E("Failed to connect to server localhost:11211: ECONNREFUSED")],
  ["etcd", E("x", {}, "GRPCUnavailableError")],
  ["MCP sdk timeout", E("MCP error -32001: Request timed out", { code: -32001 }, "McpError")],
  ["multer", E("File too large", { code: "LIMIT_FILE_SIZE" }, "MulterError")],
  ["bcrypt", E("data and salt arguments required")],
  ["sharp", E("Input buffer contains unsupported image format")],
  ["shopify 430", E("x", { response: { code: 430 } })],
  ["simple-git", E("fatal: not a git repository", { task: {} }, "GitError")],
  ["zx", E("exit code: 1", { exitCode: 1, signal: null }, "ProcessOutput")]
]

const others: ReadonlyArray<readonly [name: string, failure: unknown, tag: string]> = [
  ["function with status", Object.assign(() => 1, { status: 404 }), "NotFound"],
  ["isRetryable true on plain", { isRetryable: true }, "Unavailable"],
  ["ftp basic 530", named("FTPError", "530 Login incorrect", { code: 530 }), "Unauthenticated"],
  ["ftp basic 550", named("FTPError", "550 File not found", { code: 550 }), "NotFound"],
  [
    "ssh2 auth",
    E("All configured authentication methods failed", { level: "client-authentication" }),
    "Unauthenticated"
  ],
  ["ssh2 timeout", E("Timed out while waiting for handshake", { level: "client-timeout" }), "Timeout"],
  [
    "imapflow auth",
    E("Command failed", {
      authenticationFailed: true,
      response: "NO AUTH",
      serverResponseCode: "AUTHENTICATIONFAILED"
    }),
    "Unauthenticated"
  ],
  [
    "firebase admin",
    E("x", { code: "auth/user-not-found", errorInfo: { code: "auth/user-not-found" } }, "FirebaseAuthError"),
    "NotFound"
  ],
  ["firestore", E("5 NOT_FOUND: x", { code: 5, details: "x", metadata: {} }), "NotFound"],
  ["twilio", named("RestException", "x", { status: 404, code: 20404 }), "NotFound"],
  ["algolia", E("x", { status: 404 }, "ApiError"), "NotFound"],
  [
    "meili",
    E("x", { cause: { code: "index_not_found" }, response: { status: 404 } }, "MeiliSearchApiError"),
    "NotFound"
  ],
  ["hubspot", E("HTTP-Code: 429", { code: 429, headers: { "retry-after": "2" } }, "Error"), "RateLimited"],
  ["k8s", E("HTTP-Code: 404", { code: 404, body: "{\"kind\":\"Status\"}" }), "NotFound"],
  ["dockerode", E("(HTTP code 409) conflict", { statusCode: 409, reason: "conflict", json: {} }), "Conflict"],
  ["gitbeaker", E("Not Found", { cause: { description: "x", response: { status: 404, headers: {} } } }), "NotFound"],
  ["airtable", { error: "NOT_FOUND", message: "x", statusCode: 404 }, "NotFound"],
  [
    "neo4j transient",
    E("x", { code: "Neo.TransientError.Transaction.DeadlockDetected", retriable: true }, "Neo4jError"),
    "Unavailable"
  ],
  [
    "neo4j constraint",
    E("x", { code: "Neo.ClientError.Schema.ConstraintValidationFailed", retriable: false }, "Neo4jError"),
    "Conflict"
  ],
  ["neo4j auth", E("x", { code: "Neo.ClientError.Security.Unauthorized" }, "Neo4jError"), "Unauthenticated"],
  ["neo4j unavailable", E("x", { code: "ServiceUnavailable" }, "Neo4jError"), "Unavailable"],
  [
    "cassandra nohost",
    E("All host(s) tried for query failed", {
      innerErrors: { "1": E("connect ECONNREFUSED 1:1", { code: "ECONNREFUSED" }) }
    }, "NoHostAvailableError"),
    "ConnectionFailed"
  ],
  ["cassandra timeout", E("x", { host: "x" }, "OperationTimedOutError"), "Timeout"],
  ["snowflake", E("x", { code: "390100", sqlState: "08004" }), "ConnectionFailed"],
  ["bigquery", E("x", { code: 403, errors: [{ reason: "rateLimitExceeded" }] }, "ApiError"), "RateLimited"],
  ["gcs", E("No such object", { code: 404, errors: [{ reason: "notFound" }] }, "ApiError"), "NotFound"],
  [
    "azure identity",
    E("x", { statusCode: 400, errorResponse: { error: "invalid_client" } }, "AuthenticationError"),
    "Unauthenticated"
  ],
  ["azure cred", E("x", {}, "CredentialUnavailableError"), "Unauthenticated"],
  ["cosmos", E("x", { code: 429, headers: { "x-ms-retry-after-ms": "100" }, retryAfterInMs: 100 }), "RateLimited"],
  ["servicebus", E("x", { code: "ServiceBusy", retryable: true }, "ServiceBusError"), "Unavailable"],
  ["eventhub timeouts", E("x", { code: "OperationTimeoutError", retryable: true }, "MessagingError"), "Timeout"],
  ["playwright", E("page.goto: net::ERR_CONNECTION_REFUSED at http://x"), "ConnectionFailed"],
  ["playwright timeout", named("TimeoutError", "locator.click: Timeout 100ms exceeded."), "Timeout"],
  ["nice-grpc", E("/s/m UNAVAILABLE: x", { code: 14, path: "/s/m", details: "x" }, "ClientError"), "Unavailable"],
  [
    "apollo combined",
    E("x", { errors: [{ message: "x", extensions: { code: "UNAUTHENTICATED" } }] }, "CombinedGraphQLErrors"),
    "Unauthenticated"
  ],
  ["apollo server err", E("x", { statusCode: 503, bodyText: "x" }, "ServerError"), "Unavailable"],
  ["apollo parse", new SyntaxError("Unexpected token < in JSON at position 0"), "MalformedResponse"],
  [
    "urql",
    E("[Network] x", {
      networkError: Object.assign(new TypeError("fetch failed"), { cause: E("x", { code: "ECONNREFUSED" }) }),
      graphQLErrors: []
    }, "CombinedError"),
    "ConnectionFailed"
  ],
  [
    "urql gql",
    E("x", { graphQLErrors: [{ message: "x", extensions: { code: "NOT_FOUND" } }] }, "CombinedError"),
    "NotFound"
  ],
  [
    "linear",
    E(
      "x",
      { type: "Ratelimited", status: 400, errors: [{ type: "Ratelimited", message: "x" }] },
      "RatelimitedLinearError"
    ),
    "RateLimited"
  ],
  ["effect Cause.Timeout", { _tag: "TimeoutError" }, "Timeout"],
  ["sentry 429", E("x", { response: { status: 429, headers: { "Retry-After": "60" } } }), "RateLimited"],
  [
    "wretch",
    E("x", { status: 403, response: { status: 403, headers: new Headers() }, text: "{}" }, "WretchError"),
    "PermissionDenied"
  ],
  ["feathers", E("x", { code: 409, className: "conflict", type: "FeathersError" }, "Conflict"), "Conflict"],
  [
    "nest",
    E("x", { response: { statusCode: 404, message: "x", error: "Not Found" }, status: 404 }, "NotFoundException"),
    "NotFound"
  ],
  ["fastify", E("x", { statusCode: 413, code: "FST_ERR_CTP_BODY_TOO_LARGE" }), "TooLarge"],
  [
    "express raw-body",
    E("request aborted", { status: 400, statusCode: 400, type: "request.aborted", code: "ECONNABORTED", expose: true }),
    "Unavailable"
  ],
  [
    "openai quota text",
    Object.assign(E("429 You exceeded your current quota"), {
      status: 429,
      code: "insufficient_quota",
      type: "insufficient_quota"
    }),
    "QuotaExhausted"
  ],
  [
    "deepseek 402",
    E("402 Insufficient Balance", { status: 402, error: { message: "Insufficient Balance" } }),
    "QuotaExhausted"
  ],
  ["openrouter", E("x", { status: 402, error: { message: "Insufficient credits" } }), "QuotaExhausted"],
  [
    "github 404",
    E("Not Found", { status: 404, response: { status: 404, headers: { "x-ratelimit-remaining": "0" } } }),
    "NotFound"
  ],
  ["cloudflare 522", E("x", { status: 522 }), "UpstreamError"],
  [
    "undici retry",
    E(
      "Request failed",
      { code: "UND_ERR_REQ_RETRY", statusCode: 503, headers: { "retry-after": "3" } },
      "RequestRetryError"
    ),
    "Unavailable"
  ],
  ["WebSocket close", E("WebSocket was closed before the connection was established"), "Unavailable"],
  ["sse", E("SSE error: Non-200 status code (401)", { code: 401 }), "Unauthenticated"],
  [
    "bun",
    E("Unable to connect. Is the computer able to access the url?", { code: "ConnectionRefused" }),
    "ConnectionFailed"
  ],
  [
    "deno",
    new TypeError("error sending request for url (http://x/): client error (Connect): tcp connect error"),
    "Unavailable"
  ],
  ["workers", new Error("Network connection lost."), "Unavailable"],
  ["RN", new TypeError("Network request failed"), "Unavailable"],
  ["oracle", E("ORA-00001: unique constraint violated", { errorNum: 1, code: "ORA-00001" }), "AlreadyExists"],
  ["oracle no code", E("ORA-12170: TNS:Connect timeout occurred", { errorNum: 12170 }), "Timeout"],
  [
    "objection",
    Object.assign(named("UniqueViolationError"), { nativeError: E("x", { code: "23505", severity: "ERROR" }) }),
    "AlreadyExists"
  ],
  ["mikro", named("UniqueConstraintViolationException"), "AlreadyExists"],
  ["typeorm missing", named("EntityNotFoundError"), "NotFound"],
  ["pglite", E("x", { code: "23505", severity: "ERROR" }, "error"), "AlreadyExists"],
  ["neon http", E("x", { code: "23505", severity: "ERROR", sourceError: undefined }, "NeonDbError"), "AlreadyExists"],
  [
    "neon fetch",
    E("Error connecting to database: fetch failed", {
      sourceError: Object.assign(new TypeError("fetch failed"), { cause: E("x", { code: "ECONNREFUSED" }) })
    }, "NeonDbError"),
    "ConnectionFailed"
  ],
  [
    "planetscale",
    E("target: x: vttablet: rpc error: code = AlreadyExists desc = Duplicate entry", {
      status: 400,
      body: { code: "ALREADY_EXISTS" }
    }, "DatabaseError"),
    "AlreadyExists"
  ],
  [
    "turso http",
    E("SQLITE_CONSTRAINT: SQLite error: UNIQUE constraint failed: t.x", { code: "SQLITE_CONSTRAINT" }, "LibsqlError"),
    "AlreadyExists"
  ],
  ["d1", E("D1_ERROR: UNIQUE constraint failed: t.x: SQLITE_CONSTRAINT"), "AlreadyExists"],
  ["spawn EAGAIN", E("spawn x EAGAIN", { code: "EAGAIN", syscall: "spawn x", path: "x" }), "Overloaded"],
  [
    "execFile ENOENT cwd",
    E("spawn git ENOENT", { code: "ENOENT", syscall: "spawn git", path: "git", cmd: "git log" }),
    "UpstreamRejected"
  ]
]

describe("what looks like a failure that is known, and is none, stays a defect", () => {
  it.each(lookalikes)("%s", (_, failure) => expect(classify(failure)).toBeUndefined())
})

describe("failures of libraries that nobody recorded", () => {
  it.each(others)("%s", (_, failure, tag) => expect(classify(failure)?._tag).toBe(tag))
})
