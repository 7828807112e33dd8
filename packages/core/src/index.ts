/**
 * Errors as values for MCP tools.
 *
 * Each module is also reachable by its own path, `@errata/core/ToolError`, which is what a bundle should import. `BatchSink`,
 * `CircuitBreaker`, `Fallback` and `RateLimiter` have only their path, since they load more of effect than the others, and so have
 * `Catalogue` and `Check`, which running servers seldom need.
 *
 * @since 0.1.0
 */
export * as Deadline from "./call/Deadline.ts"
export * as ToolCall from "./call/ToolCall.ts"
export * as Classifier from "./classify/Classifier.ts"
export * as Advice from "./errors/Advice.ts"
export * as Errors from "./errors/Errors.ts"
export * as ErrorType from "./errors/ErrorType.ts"
export * as Issue from "./errors/Issue.ts"
export * as Problem from "./errors/Problem.ts"
export * as Raise from "./errors/Raise.ts"
export * as RecoveryStep from "./errors/RecoveryStep.ts"
export * as ReferenceId from "./errors/ReferenceId.ts"
export * as Suggestion from "./errors/Suggestion.ts"
export * as ToolError from "./errors/ToolError.ts"
export * as Effects from "./idempotency/Effects.ts"
export * as Idempotency from "./idempotency/Idempotency.ts"
export * as IdempotencyKey from "./idempotency/IdempotencyKey.ts"
export * as IdempotencyStore from "./idempotency/IdempotencyStore.ts"
export * as Verified from "./idempotency/Verified.ts"
export * as Batch from "./partial/Batch.ts"
export * as Degrade from "./partial/Degrade.ts"
export * as Limits from "./redaction/Limits.ts"
export * as Redaction from "./redaction/Redaction.ts"
export * as Backoff from "./resilience/Backoff.ts"
export * as Bulkhead from "./resilience/Bulkhead.ts"
export * as Health from "./resilience/Health.ts"
export * as Policy from "./resilience/Policy.ts"
export * as RetryBudget from "./resilience/RetryBudget.ts"
export * as RetryPolicy from "./resilience/RetryPolicy.ts"
export * as Arguments from "./tool/Arguments.ts"
export * as JsonSchema from "./tool/JsonSchema.ts"
export * as LoopGuard from "./tool/LoopGuard.ts"
export * as Tool from "./tool/Tool.ts"
