import * as CircuitBreaker from "@errata/core/CircuitBreaker"
import type * as Errors from "@errata/core/Errors"
import * as Policy from "@errata/core/Policy"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import type * as Effect from "effect/Effect"
import { flow, pipe } from "effect/Function"
import type * as Scope from "effect/Scope"
import { expect, test } from "tstyche"

class Limiter {
  readonly limit = 1
}

declare const classified: Effect.Effect<number, Errors.NotFound>
declare const unclassified: Effect.Effect<number, Error>
declare const partly: Effect.Effect<number, Errors.NotFound | Error>
declare const unknown: Effect.Effect<number, unknown>
declare const breaker: CircuitBreaker.CircuitBreaker
declare const limiter: Policy.Policy<Errors.RateLimited, Limiter>

const retry = RetryPolicy.retry(RetryPolicy.quick)
const composed = flow(retry, breaker, limiter)

test("a policy adds its errors and its needs", () => {
  expect(breaker(classified)).type.toBe<Effect.Effect<number, Errors.NotFound | Errors.CircuitOpen>>()
  expect(composed(classified)).type.toBe<
    Effect.Effect<number, Errors.NotFound | Errors.CircuitOpen | Errors.RateLimited, Limiter>
  >()
  expect(Policy.none(classified)).type.toBe<Effect.Effect<number, Errors.NotFound>>()
})

test("what pipe and flow compose is a policy", () => {
  expect(composed).type.toBeAssignableTo<Policy.Policy<Errors.CircuitOpen | Errors.RateLimited, Limiter>>()
  expect(pipe(classified, retry, breaker)).type.toBe<Effect.Effect<number, Errors.NotFound | Errors.CircuitOpen>>()
})

test("a policy says all that it adds", () => {
  expect(composed).type.not.toBeAssignableTo<Policy.Policy<Errors.CircuitOpen, Limiter>>()
  expect(composed).type.not.toBeAssignableTo<Policy.Policy<Errors.CircuitOpen | Errors.RateLimited>>()
})

test("a policy refuses errors that are not classified", () => {
  expect(retry).type.not.toBeCallableWith(unclassified)
  expect(retry).type.not.toBeCallableWith(partly)
  expect(retry).type.not.toBeCallableWith(unknown)
  expect(breaker).type.not.toBeCallableWith(unclassified)
  expect(Policy.none).type.not.toBeCallableWith(unclassified)
})

test("and so does what flow composes", () => {
  expect(composed).type.not.toBeCallableWith(unclassified)
  expect(composed).type.not.toBeCallableWith(partly)
  expect(composed).type.not.toBeCallableWith(unknown)
  const timedOut = flow(Policy.timeout("1 second", { operation: "It" }), retry)
  expect(timedOut(classified)).type.toBe<Effect.Effect<number, Errors.NotFound | Errors.Timeout>>()
  expect(timedOut).type.not.toBeCallableWith(unclassified)
})

test("forDependency adds a timeout, and what it is given", () => {
  const plain = Policy.forDependency({ service: "It" })
  expect(plain).type.toBe<Effect.Effect<Policy.Policy<Errors.Timeout>>>()
  const guarded = Policy.forDependency({ service: "It", breaker, rateLimit: limiter })
  const composedOne = Policy.forDependency({ service: "It", breaker: flow(breaker, limiter) })
  expect(composedOne).type.toBe<typeof guarded>()
  expect(guarded).type.toBe<
    Effect.Effect<Policy.Policy<Errors.Timeout | Errors.CircuitOpen | Errors.RateLimited, Limiter>>
  >()
})

test("forDependency takes nothing that is no policy", () => {
  const plain = (self: Effect.Effect<number>) => self
  expect(Policy.forDependency).type.not.toBeCallableWith({ service: "It", breaker: plain })
})

test("a breaker needs a scope and nothing else", () => {
  expect(CircuitBreaker.make({ service: "It" })).type.toBe<
    Effect.Effect<CircuitBreaker.CircuitBreaker, never, Scope.Scope>
  >()
})

test("an error channel that is `any` is refused", () => {
  expect(RetryPolicy.retry).type.not.toBeCallableWith({} as Effect.Effect<number, any>, RetryPolicy.quick)
  expect(RetryPolicy.retry).type.not.toBeCallableWith(unclassified, RetryPolicy.quick)
  expect(RetryPolicy.retry).type.toBeCallableWith(classified, RetryPolicy.quick)
})
