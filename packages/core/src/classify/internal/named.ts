import { type Family, lookUpName, table } from "./finding.ts"

/** Names that people give their own classes, with or without `Error` at the end. */
const classes = /*#__PURE__*/ table([
  [
    "missing",
    undefined,
    "NotFoundError NotFound NotFoundException ResourceNotFoundError ResourceNotFound EntityNotFoundError"
  ],
  ["exists", undefined, "AlreadyExistsError AlreadyExists DuplicateError DuplicateKeyError"],
  ["conflict", undefined, "ConflictError Conflict ConflictException"],
  [
    "credentials",
    undefined,
    "AuthenticationError UnauthorizedError Unauthorized UnauthorizedException UnauthenticatedError AuthError InvalidCredentialsError"
  ],
  [
    "denied",
    undefined,
    "ForbiddenError Forbidden ForbiddenException PermissionDeniedError PermissionError AccessDeniedError AccessDenied AuthorizationError"
  ],
  [
    "limited",
    undefined,
    "RateLimitError RateLimited RateLimitExceeded RateLimitExceededError TooManyRequestsError TooManyRequests"
  ],
  ["quota", undefined, "QuotaExceededError QuotaExhaustedError InsufficientQuotaError"],
  [
    "arguments",
    undefined,
    "ValidationError BadRequestError BadRequest BadRequestException InvalidArgumentError InvalidInputError UserInputError"
  ],
  ["tooLarge", undefined, "PayloadTooLargeError TooLargeError"],
  ["lost", undefined, "ServiceUnavailableError ServiceUnavailable UnavailableError"],
  ["unsupported", undefined, "NotSupportedError UnsupportedError UnsupportedOperationError"],
  ["timeout", undefined, "TimeoutError Timeout TimeoutException"]
])

/** Well-known names of classes. */
export const named: Family = { name: "named", strong: (view) => lookUpName(classes, view, "class") }
