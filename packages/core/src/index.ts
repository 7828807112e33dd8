/**
 * Errors as values for MCP tools.
 *
 * Each module is also reachable by its own path, `@errata/core/ToolError`, which is what a bundle should import.
 *
 * @since 0.1.0
 */
export * as Advice from "./Advice.ts"
export * as Backoff from "./Backoff.ts"
export * as Batch from "./Batch.ts"
export * as Bulkhead from "./Bulkhead.ts"
export * as Classifier from "./Classifier.ts"
export * as Deadline from "./Deadline.ts"
export * as Degrade from "./Degrade.ts"
export * as Errors from "./Errors.ts"
export * as ErrorType from "./ErrorType.ts"
export * as Health from "./Health.ts"
export * as Issue from "./Issue.ts"
export * as JsonSchema from "./JsonSchema.ts"
export * as Limits from "./Limits.ts"
export * as Policy from "./Policy.ts"
export * as Problem from "./Problem.ts"
export * as RecoveryStep from "./RecoveryStep.ts"
export * as Redaction from "./Redaction.ts"
export * as ReferenceId from "./ReferenceId.ts"
export * as RetryBudget from "./RetryBudget.ts"
export * as RetryPolicy from "./RetryPolicy.ts"
export * as Suggestion from "./Suggestion.ts"
export * as Tool from "./Tool.ts"
export * as ToolCall from "./ToolCall.ts"
export * as ToolError from "./ToolError.ts"
