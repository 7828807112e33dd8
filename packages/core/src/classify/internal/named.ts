import { type Family, lookUpName, table } from "./finding.ts"

/** Names that people give their own classes, with or without `Error` at the end. */
const classes = /*#__PURE__*/ table([
  [
    "missing",
    undefined,
    "NotFoundError NotFound NotFoundException ResourceNotFoundError ResourceNotFound ResourceNotFoundException EntityNotFoundError EntityNotFoundException RecordNotFoundError NoSuchEntityError"
  ],
  [
    "exists",
    undefined,
    "AlreadyExistsError AlreadyExists AlreadyExistsException DuplicateError DuplicateKeyError DuplicateEntryError"
  ],
  [
    "conflict",
    undefined,
    "ConflictError Conflict ConflictException VersionConflictError ConcurrencyError OptimisticLockError"
  ],
  [
    "credentials",
    undefined,
    "AuthenticationError UnauthorizedError Unauthorized UnauthorizedException UnauthenticatedError AuthError InvalidCredentialsError AuthenticationException InvalidTokenError TokenExpiredError NotAuthenticatedError"
  ],
  [
    "denied",
    undefined,
    "ForbiddenError Forbidden ForbiddenException PermissionDeniedError PermissionError AccessDeniedError AccessDenied AccessDeniedException AuthorizationError PermissionDenied NotAuthorizedError"
  ],
  [
    "limited",
    undefined,
    "RateLimitError RateLimited RateLimitExceeded RateLimitExceededError RateLimitException TooManyRequestsError TooManyRequests TooManyRequestsException ThrottledError ThrottlingError"
  ],
  ["quota", undefined, "QuotaExceededError QuotaExhaustedError InsufficientQuotaError"],
  [
    "arguments",
    undefined,
    "ValidationError UserError BadRequestError BadRequest BadRequestException InvalidArgumentError InvalidArgumentException InvalidInputError InvalidParameterError UserInputError"
  ],
  ["state", undefined, "InvalidStateError InvalidStateException PreconditionFailedError"],
  ["tooLarge", undefined, "PayloadTooLargeError TooLargeError"],
  ["lost", undefined, "ServiceUnavailableError ServiceUnavailable ServiceUnavailableException UnavailableError"],
  [
    "unsupported",
    undefined,
    "NotSupportedError UnsupportedError UnsupportedOperationError NotImplementedError NotImplementedException"
  ],
  ["timeout", undefined, "TimeoutError Timeout TimeoutException"]
])

/** Well-known names of classes. */
export const named: Family = { name: "named", strong: (view) => lookUpName(classes, view, "class") }
