/**
 * What each recorded failure must become: a class, the seconds to wait if it says so, or a defect. Written from the design and
 * from what each service publishes, not from what the classifier answers. `or` names what may be told instead, and `because` says
 * why.
 */
export interface Expectation {
  readonly is: string
  readonly wait?: number | undefined
  readonly or?: ReadonlyArray<string> | undefined
  readonly because?: string | undefined
}

type Written = string | readonly [is: string, because: string, ...or: ReadonlyArray<string>]

/** What a scenario is whoever meets it: the statuses, and what becomes of a connection. */
const scenarios: Readonly<Record<string, Written>> = {
  "400": "ArgumentsRejected",
  "401": "Unauthenticated",
  "403": "PermissionDenied",
  "404": "NotFound",
  "405": "UpstreamRejected",
  "408": "Timeout",
  "409": "Conflict",
  "410": "NotFound",
  "412": "Conflict",
  "413": "TooLarge",
  "418": "UpstreamRejected",
  "422": "ArgumentsRejected",
  "423": "Unavailable",
  "425": "Unavailable",
  "429": "RateLimited",
  "451": "UpstreamRejected",
  "500": "UpstreamError",
  "501": "UpstreamRejected",
  "502": "UpstreamError",
  "503": "Unavailable",
  "504": "Timeout",
  "507": "UpstreamError",
  "429 seconds": "RateLimited 30",
  "429 date": "RateLimited 60",
  "429 milliseconds": "RateLimited 2",
  "429 fraction": "RateLimited 2",
  "429 list": "RateLimited 20",
  "429 field": "RateLimited 30",
  "429 reset": "RateLimited 45",
  "429 delta": "RateLimited 12",
  "429 quota": "QuotaExhausted",
  "403 limit": "RateLimited 45",
  "403 seconds": "RateLimited 60",
  "503 seconds": "Unavailable 7",
  "503 with a window": ["Unavailable", "a window that is not used up says nothing of when the service is back"],
  refused: "ConnectionFailed",
  reset: "Unavailable",
  timeout: "Timeout",
  cut: "Unavailable",
  garbage: "MalformedResponse",
  "no JSON": "MalformedResponse",
  "self-signed": "UpstreamRejected",
  "no such host": [
    "UpstreamRejected",
    "where nothing resolves names, the name service does not answer",
    "ConnectionFailed"
  ],
  "aborted by the caller": ["defect", "who calls off the work has no failure to tell"],
  "connect timeout": "Timeout",
  unique: "AlreadyExists",
  "foreign key": "Conflict",
  "not null": "ArgumentsRejected",
  check: "ArgumentsRejected",
  "too long": "ArgumentsRejected",
  syntax: ["defect", "the author's mistake"],
  "no such table": ["defect", "the author's mistake"],
  "wrong password": "Unauthenticated",
  "no permission": "PermissionDenied",
  "lock not available": "Unavailable",
  deadlock: "Unavailable",
  "pool timeout": "Timeout",
  "statement timeout": "Timeout",
  "read-only": "Unavailable",
  misfit: "MalformedResponse"
}

const cutOff = "its client says only that the JSON ends too early, as it would of an answer that is wrong"

/** What a failure of one library is. */
const libraries: Readonly<Record<string, Readonly<Record<string, Written>>>> = {
  axios: {
    cut: "Unavailable"
  },
  node: {
    ENOENT: "NotFound",
    EISDIR: "Unsupported",
    ENOTDIR: "NotFound",
    EEXIST: "AlreadyExists",
    ENOTEMPTY: "Conflict",
    ENAMETOOLONG: "ArgumentsRejected",
    ELOOP: ["defect", "a loop of links is rare and says nothing of what was asked"],
    EACCES: "PermissionDenied",
    EPERM: "PermissionDenied",
    EROFS: "PermissionDenied",
    ENOSPC: "Unavailable",
    EDQUOT: ["QuotaExhausted", "a disk quota is a quota; a full disk passes like a full database", "Unavailable"],
    EIO: "Unavailable",
    EMFILE: "Overloaded",
    EBUSY: "Unavailable",
    EFBIG: "TooLarge",
    "a program that is missing": [
      "UpstreamRejected",
      "nobody can call it until an operator has installed it",
      "defect"
    ],
    "a program that takes too long": "Timeout",
    "a program that fails": "defect",
    "a program that writes too much": "TooLarge",
    "a program that is killed": ["Unavailable", "an operator or the memory's guard ended it", "defect"],
    "socket refused": "ConnectionFailed",
    "http hang up": "Unavailable",
    "http timeout by a signal": "Timeout",
    "http2 refused": "ConnectionFailed",
    "several addresses": "ConnectionFailed",
    "a signal that timed out": "Timeout",
    "a signal that was aborted": "defect",
    "gzip cut off": "MalformedResponse",
    "gzip damaged": "MalformedResponse",
    "no JSON": "MalformedResponse",
    "no JSON of another realm": "MalformedResponse",
    "a TypeError": "defect",
    "a TypeError of another realm": "defect",
    "a RangeError": "defect",
    "a wrong argument": "defect",
    "a wrong URL": "defect",
    "a plain error": "defect",
    "a mistake beneath": "defect",
    "fetch failed in a browser": "Unavailable",
    "a status beneath": "Conflict",
    "a timeout beneath": "Timeout",
    "a status as text": "RateLimited 8"
  },
  fetch: { "a wrong URL": "defect" },
  needle: { timeout: ["Timeout", "needle destroys the socket and tells that it hung up", "Unavailable"] },
  "node-fetch": {
    timeout: ["Timeout", "the signal's reason is dropped: nothing tells it from a caller who called off the work"]
  },
  undici: { "an answer that is too large": "MalformedResponse" },
  aws: {
    ThrottlingException: "RateLimited",
    ProvisionedThroughputExceededException: "RateLimited",
    RequestLimitExceeded: "RateLimited",
    ConditionalCheckFailedException: "Conflict",
    TransactionConflictException: "Unavailable",
    ResourceNotFoundException: "NotFound",
    ResourceInUseException: [
      "AlreadyExists",
      "DynamoDB says it of a table that is there, and of one that is changing",
      "Conflict"
    ],
    ValidationException: "ArgumentsRejected",
    AccessDeniedException: "PermissionDenied",
    UnrecognizedClientException: "Unauthenticated",
    ExpiredTokenException: "Unauthenticated",
    InternalServerError: "UpstreamError",
    ServiceUnavailable: "Unavailable",
    SomethingNew: "ArgumentsRejected",
    "a transaction cancelled for a condition": "Conflict",
    "a transaction cancelled for a conflict": "Unavailable",
    "no credentials": "Unauthenticated"
  },
  s3: {
    NoSuchKey: "NotFound",
    NoSuchBucket: "NotFound",
    AccessDenied: "PermissionDenied",
    SlowDown: "RateLimited",
    RequestTimeout: "Timeout",
    PreconditionFailed: "Conflict",
    InvalidObjectState: "InvalidState",
    SignatureDoesNotMatch: "Unauthenticated"
  },
  sqs: { QueueDoesNotExist: "NotFound" },
  grpc: {
    "1": ["defect", "who calls off the work has no failure to tell"],
    "2": "UpstreamError",
    "3": "ArgumentsRejected",
    "4": "Timeout",
    "5": "NotFound",
    "6": "AlreadyExists",
    "7": "PermissionDenied",
    "8": "RateLimited",
    "9": "InvalidState",
    "10": "Conflict",
    "11": "ArgumentsRejected",
    "12": ["UpstreamRejected", "the published table says 501", "Unsupported"],
    "13": "UpstreamError",
    "14": "Unavailable",
    "15": ["Corrupted", "unrecoverable by its definition; the published table says 500", "UpstreamError"],
    "16": "Unauthenticated",
    slow: "Timeout",
    "a message that is too large": "TooLarge",
    "no such method": ["UpstreamRejected", "the published table says 501", "Unsupported"]
  },
  connect: { NotFound: "NotFound", Unavailable: "Unavailable" },
  "node:sqlite": {
    "read-only": "PermissionDenied",
    busy: "Unavailable",
    "no such folder": [
      "UpstreamRejected",
      "a file that cannot be opened will not open by waiting",
      "Unavailable",
      "NotFound"
    ],
    "no database": "Corrupted",
    full: "Unavailable"
  },
  prisma: {
    P2000: "ArgumentsRejected",
    P2002: "AlreadyExists",
    P2003: "Conflict",
    P2011: "ArgumentsRejected",
    P2014: "Conflict",
    P2024: "Timeout",
    P2025: "NotFound",
    P2028: ["Unavailable", "a transaction that was closed, mostly since it took too long", "Timeout"],
    P2034: "Unavailable",
    P2037: "Unavailable",
    P1001: "ConnectionFailed",
    P1002: "Timeout",
    P1008: "Timeout",
    P1017: "Unavailable",
    P2022: "defect",
    "P2010 of a raw query": "Unavailable",
    "not reachable at the start": "ConnectionFailed",
    "wrong password at the start": "Unauthenticated",
    "a wrong query": "defect",
    "nobody knows": "defect"
  },
  mssql: {
    "2627": "AlreadyExists",
    "547": "Conflict",
    "515": "ArgumentsRejected",
    "1205": "Unavailable",
    "1222": "Unavailable",
    "18456": "Unauthenticated",
    "229": "PermissionDenied",
    "8152": "ArgumentsRejected",
    "40613": "Unavailable",
    "208": "defect"
  },
  pg: {
    "a bad number": "ArgumentsRejected",
    "out of range": "ArgumentsRejected",
    "division by zero": ["defect", "the statement's fault", "ArgumentsRejected"],
    "raised by a function": ["defect", "the author's own words, which the adapter may tell"],
    "no such database": ["defect", "an operator's configuration", "UpstreamRejected"],
    serialization: "Unavailable",
    "query read timeout": "Timeout",
    "too many connections": "Unavailable",
    "ended by an administrator": "Unavailable",
    "after the end": "Unavailable",
    "the server stops": "Unavailable"
  },
  "postgres.js": { ended: "Unavailable" },
  kysely: { "no row": "NotFound" },
  mysql2: {
    "lock wait": "Unavailable",
    "query timeout": "Timeout",
    "pool is full": "Overloaded",
    "the server stops": "Unavailable"
  },
  mongodb: {
    DuplicateKey: "AlreadyExists",
    DocumentValidationFailure: "ArgumentsRejected",
    Unauthorized: "PermissionDenied",
    AuthenticationFailed: "Unauthenticated",
    MaxTimeMSExpired: "Timeout",
    WriteConflict: "Unavailable",
    NotWritablePrimary: "Unavailable",
    ShutdownInProgress: "Unavailable",
    NamespaceNotFound: "NotFound",
    FailedToParse: ["defect", "the author's mistake"],
    BSONObjectTooLarge: "TooLarge",
    IllegalOperation: "defect",
    "a label": "Unavailable",
    network: "Unavailable",
    "network timeout": "Timeout",
    silent: ["Timeout", "no server was found in time; what was tried last took too long", "Unavailable"],
    "a wrong address": "defect"
  },
  mongoose: {
    validation: "ArgumentsRejected",
    cast: "ArgumentsRejected",
    buffering: "Timeout",
    version: "Conflict",
    "no document": "NotFound"
  },
  kafkajs: {
    silent: ["Timeout", "its class says connection, its message timeout", "Unavailable"],
    closed: "Unavailable",
    "request timeout": "Timeout",
    refused: ["ConnectionFailed", "the code of Node is lost on the way; the class says connection", "Unavailable"]
  },
  amqplib: {
    NOT_FOUND: "NotFound",
    ACCESS_REFUSED: "PermissionDenied",
    RESOURCE_LOCKED: "Unavailable",
    PRECONDITION_FAILED: "Conflict",
    CONNECTION_FORCED: "Unavailable"
  },
  ioredis: {
    WRONGTYPE: ["defect", "the author's mistake"],
    NOPERM: "PermissionDenied",
    WRONGPASS: "Unauthenticated",
    NOAUTH: "Unauthenticated",
    BUSYGROUP: "AlreadyExists",
    NOGROUP: "NotFound",
    OOM: "Unavailable",
    BUSY: "Unavailable",
    refused: ["ConnectionFailed", "it tells only that it gave up or is closed", "Unavailable"],
    "refused, offline": ["ConnectionFailed", "it tells only that the stream cannot be written", "Unavailable"],
    "command timeout": "Timeout",
    closed: "Unavailable"
  },
  "node-redis": {
    WRONGTYPE: "defect",
    NOAUTH: "Unauthenticated",
    WRONGPASS: "Unauthenticated",
    closed: "Unavailable",
    "the server stops": "Unavailable"
  },
  opossum: { open: "CircuitOpen", full: "Overloaded" },
  cockatiel: { open: "CircuitOpen", isolated: "CircuitOpen", full: "Overloaded" },
  "p-retry": { "given up": "Unavailable" },
  bottleneck: { dropped: "Overloaded" },
  "rate-limiter-flexible": { limited: "RateLimited 40" },
  "http-errors": { "429 seconds": "RateLimited 15" },
  execa: {
    "exit code": "defect",
    missing: ["UpstreamRejected", "nobody can call it until an operator has installed it", "defect"],
    killed: ["Unavailable", "an operator or the memory's guard ended it", "defect"],
    "too much": "TooLarge"
  },
  jsonwebtoken: { malformed: ["defect", "whose token it was is not known"] },
  nodemailer: {
    "mailbox unknown": ["ArgumentsRejected", "the address is wrong", "NotFound"],
    "mailbox busy": "Unavailable",
    "too large": "TooLarge",
    "not accepted": "UpstreamRejected",
    "shutting down": "Unavailable",
    "no SMTP": "MalformedResponse",
    silent: "Timeout"
  },
  anthropic: {
    overloaded: ["UpstreamError", "529 is a status like others; its body says overloaded", "Overloaded", "Unavailable"],
    credit: "QuotaExhausted",
    "window of tokens": "RateLimited 50"
  },
  openai: { "window of requests": "RateLimited 1" },
  groq: {},
  stripe: {
    "no such customer": "NotFound",
    "a parameter": "ArgumentsRejected",
    "no key": "Unauthenticated",
    "no permission": "PermissionDenied",
    "a key used twice": ["IdempotencyConflict", "a 400 of the type idempotency_error", "Conflict"],
    declined: "UpstreamRejected",
    "too fast": "RateLimited",
    "its own fault": "UpstreamError",
    "in conflict": "Conflict"
  },
  octokit: { "GraphQL not found": "NotFound", "GraphQL limit": "RateLimited" },
  google: {
    userRateLimitExceeded: "RateLimited",
    rateLimitExceeded: "RateLimited",
    quotaExceeded: ["RateLimited", "a 403 for a spent quota is a limit of the rate by the design", "QuotaExhausted"],
    insufficientPermissions: "PermissionDenied",
    notFound: "NotFound",
    failedPrecondition: "InvalidState",
    invalid_grant: "Unauthenticated",
    "429 with RetryInfo": "RateLimited 36",
    backendError: "UpstreamError"
  },
  gemini: { "429": "RateLimited 12" },
  slack: {
    channel_not_found: "NotFound",
    not_authed: "Unauthenticated",
    missing_scope: "PermissionDenied",
    is_archived: "InvalidState",
    ratelimited: "RateLimited",
    invalid_arguments: "ArgumentsRejected",
    internal_error: "UpstreamError",
    token_revoked: "Unauthenticated",
    already_reacted: "AlreadyExists",
    msg_too_long: "TooLarge"
  },
  "graphql-request": {
    UNAUTHENTICATED: "Unauthenticated",
    FORBIDDEN: "PermissionDenied",
    BAD_USER_INPUT: "ArgumentsRejected",
    NOT_FOUND: "NotFound",
    INTERNAL_SERVER_ERROR: "UpstreamError",
    THROTTLED: "RateLimited",
    SOMETHING_ELSE: "defect"
  },
  "trpc-client": {
    UNAUTHORIZED: "Unauthenticated",
    NOT_FOUND: "NotFound",
    TOO_MANY_REQUESTS: "RateLimited",
    CONFLICT: "Conflict",
    BAD_REQUEST: "ArgumentsRejected"
  },
  trpc: {
    FORBIDDEN: "PermissionDenied",
    TIMEOUT: "Timeout",
    PAYLOAD_TOO_LARGE: "TooLarge",
    PRECONDITION_FAILED: "Conflict",
    INTERNAL_SERVER_ERROR: "UpstreamError",
    CLIENT_CLOSED_REQUEST: "defect"
  },
  notion: { object_not_found: "NotFound", rate_limited: "RateLimited 3" },
  discord: { limit: "RateLimited 5" },
  telegram: { limit: "RateLimited 9", forbidden: "PermissionDenied" },
  azure: { BlobNotFound: "NotFound", "503 milliseconds": "Unavailable 3" },
  supabase: { "no rows": "NotFound", "23505": "AlreadyExists", "42501": "PermissionDenied" },
  "ai-sdk": { "429 seconds": "RateLimited 20", "retries used up": "Unavailable" },
  ky: { cut: ["Unavailable", cutOff, "MalformedResponse"] },
  got: { cut: "Unavailable" },
  ofetch: { cut: ["Unavailable", cutOff, "MalformedResponse"] }
}

const read = (written: Written): Expectation => {
  const [text, because, ...or] = typeof written === "string" ? [written] : written
  const [is, wait] = text.split(" ")
  return { is: is!, wait: wait === undefined ? undefined : Number(wait), or, because }
}

/** What the failure of that id must become. */
export const expectationOf = (id: string): Expectation => {
  const [library, ...rest] = id.split(": ")
  const scenario = rest.join(": ")
  const written = libraries[library!]?.[scenario] ?? scenarios[scenario]
  if (written === undefined) throw new Error(`Nobody says what must become of "${id}"`)
  return read(written)
}
