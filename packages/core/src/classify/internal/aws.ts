import { type Family, type Finding, type Kind, lookUp, table, type View } from "./finding.ts"
import { statusIn } from "./http.ts"
import { at, isObject, items, property, text } from "./read.ts"

/** Names that AWS' services share; the status often says less (throttling is a 400). */
const names = /*#__PURE__*/ table([
  [
    "limited",
    undefined,
    "BandwidthLimitExceeded EC2ThrottledException LimitExceededException PriorRequestNotComplete ProvisionedThroughputExceededException RequestLimitExceeded RequestThrottled RequestThrottledException SlowDown ThrottledException Throttling ThrottlingException TooManyRequestsException ThroughputLimitExceeded KMSThrottlingException EnhancedMonitoringThrottled"
  ],
  ["quota", undefined, "ServiceQuotaExceededException QuotaExceededException"],
  ["conflict", "a condition does not hold", "ConditionalCheckFailedException PreconditionFailed"],
  [
    "lost",
    "transactions conflicted",
    "TransactionConflictException TransactionInProgressException ConditionalRequestConflict OperationAborted"
  ],
  [
    "conflict",
    undefined,
    "ConflictException ResourceConflictException DeleteConflict BucketNotEmpty ConcurrentModificationException"
  ],
  ["state", undefined, "InvalidStateException InvalidObjectState InvalidInstanceState ResourceNotReadyException"],
  [
    "exists",
    undefined,
    "ResourceInUseException BucketAlreadyExists BucketAlreadyOwnedByYou EntityAlreadyExists QueueNameExists DuplicateItemException IdempotentParameterMismatchException"
  ],
  ["timeout", undefined, "RequestTimeout RequestTimeoutException TimeoutError ModelTimeoutException"],
  [
    "credentials",
    undefined,
    "UnrecognizedClientException InvalidClientTokenId InvalidSignatureException SignatureDoesNotMatch InvalidAccessKeyId MissingAuthenticationToken MissingAuthenticationTokenException IncompleteSignature ExpiredToken ExpiredTokenException TokenRefreshRequired AuthFailure RequestTimeTooSkewed RequestExpired InvalidToken NotAuthorizedException"
  ],
  [
    "denied",
    undefined,
    "AccessDenied AccessDeniedException UnauthorizedOperation UnauthorizedException AllAccessDisabled KMSAccessDeniedException OptInRequired"
  ],
  ["missing", undefined, "NotFound"],
  [
    "tooLarge",
    undefined,
    "EntityTooLarge RequestEntityTooLarge MessageTooLong BatchRequestTooLong PayloadTooLargeException RequestTooLargeException"
  ],
  [
    "lost",
    undefined,
    "ServiceUnavailable ServiceUnavailableException Unavailable ModelNotReadyException ResourceNotReady"
  ],
  [
    "failed",
    undefined,
    "InternalError InternalFailure InternalServerError InternalServerException InternalServiceError"
  ],
  ["key", undefined, "IdempotentParameterMismatch IdempotencyException"],
  [
    "arguments",
    undefined,
    "ValidationException ValidationError SerializationException InvalidParameterValue InvalidParameterException InvalidParameterCombination"
  ]
])

/** Lists what a name says by its form. */
const forms: ReadonlyArray<readonly [kind: Kind, form: RegExp]> = [
  ["limited", /Throttl/],
  ["missing", /(?:^NoSuch[A-Z]|NotFound(?:Exception|Fault)?$|DoesNotExist(?:Exception)?$|^NonExistent)/],
  ["exists", /AlreadyExists(?:Exception|Fault)?$/],
  ["arguments", /^(?:Invalid|Malformed)[A-Z]\w*(?:Exception|Parameter\w*|Argument)?$/]
]

/** Failures of AWS' clients: version 3 has `$metadata` and `$fault`, version 2 a request id and `retryable`. */
const nameOf = ({ code, failure, names: own }: View): string | undefined => {
  if (
    isObject(property(failure, "$metadata")) &&
    (at(failure, "$metadata.httpStatusCode") !== undefined || text(failure, "$fault") !== undefined)
  ) {
    return text(failure, "Code") ?? text(failure, "name") ?? own[0]
  }
  return typeof property(failure, "retryable") === "boolean" && statusIn(failure)?.read === "statusCode" &&
      property(failure, "time") !== undefined
    ? code
    : undefined
}

const strong = (view: View): Finding | undefined => {
  const name = nameOf(view)
  if (name === undefined) return undefined
  const bare = name.replace(/^.*[#.]/, "")
  const status = statusIn(view.failure)?.status
  return cancelled(bare, view.failure) ??
    withStatus(lookUp({ from: names, code: bare, rule: "AWS' name", read: "name" }), status) ?? ofForm(bare, status) ??
    retryable(view.failure)
}

const withStatus = (finding: Finding | undefined, status: number | undefined): Finding | undefined =>
  finding === undefined ? undefined : { ...finding, status }

const ofForm = (name: string, status: number | undefined): Finding | undefined => {
  if (status !== undefined && status >= 500) return undefined
  const form = forms.find(([, form]) => form.test(name))
  return form === undefined ? undefined : { kind: form[0], status, rule: `AWS' name ${name}`, read: "name" }
}

/** Reads why DynamoDB cancelled a transaction: it says so for each item. */
const cancelled = (name: string, failure: object): Finding | undefined => {
  if (name !== "TransactionCanceledException") return undefined
  const reasons = items(property(failure, "CancellationReasons"), 100).map((reason) => text(reason, "Code"))
  const of = (kind: Kind, code: string, reason?: string): Finding | undefined =>
    reasons.includes(code) ? { kind, reason, rule: `AWS' reason ${code}`, read: "CancellationReasons" } : undefined
  return of("conflict", "ConditionalCheckFailed", "a condition does not hold") ??
    of("arguments", "ValidationError") ?? of("limited", "ProvisionedThroughputExceeded") ??
    of("limited", "ThrottlingError") ??
    of("lost", "TransactionConflict", "transactions conflicted") ??
    { kind: "conflict", rule: `AWS' name ${name}`, read: "name" }
}

const retryable = (failure: object): Finding | undefined => {
  const said = property(failure, "$retryable")
  if (!isObject(said)) return undefined
  return property(said, "throttling") === true
    ? { kind: "limited", rule: "AWS' $retryable that says throttling", read: "$retryable" }
    : undefined
}

const isOfCredentials = (name: string): boolean =>
  name === "CredentialsProviderError" || name === "TokenProviderError" || name === "CredentialUnavailableError"

/** Credentials that cannot be had. */
const weak = ({ names: own }: View): Finding | undefined =>
  own.some(isOfCredentials)
    ? { kind: "credentials", rule: "class of credentials that are not available", read: "name" }
    : undefined

/** Services of AWS. */
export const aws: Family = { name: "aws", strong, weak, needsMore: true, ofBare: { names: isOfCredentials } }
