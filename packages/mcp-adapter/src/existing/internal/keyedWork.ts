import * as Verified from "@errata/core/Verified"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { KeyedJob } from "../../call/internal/keyed/model.ts"
import { isRecord } from "../../fold/internal/resultLike.ts"
import { type Idempotency, StoreId } from "./keys.ts"
import type { Work } from "./work.ts"

/** Says how the calls of existing code are protected. Throws where JavaScript gave something else. */
export const keyedOfExisting = (
  tool: string,
  { key, store, verify, window, ...rules }: Idempotency
): KeyedJob<Work> => {
  assertGiven(tool, key, store)
  const auto = key === "auto" ? Duration.fromInputUnsafe(window ?? "10 minutes") : undefined
  const field = typeof key === "string" && key !== "auto" ? key : undefined
  return {
    ...rules,
    field,
    auto,
    protects: ({ isHandler }) => isHandler === true,
    keyIn: ({ args }) =>
      typeof key === "function"
        ? key(args as never)
        : field !== undefined && isRecord(args)
        ? args[field]
        : undefined,
    argumentsOf: ({ args }) =>
      field !== undefined && isRecord(args)
        ? Object.fromEntries(Object.entries(args).filter(([name]) => name !== field))
        : args,
    verify: verify === undefined ? undefined : {
      fences: false,
      step: undefined,
      check: ({ args }) =>
        Effect.map(
          Effect.tryPromise(async () => verify(args as never)),
          (found) => found === undefined ? Verified.cannotTell : Verified.tookEffect(found)
        )
    },
    store: Effect.tryPromise(() => store[StoreId]())
  }
}

const assertGiven = (tool: string, key: unknown, store: unknown): void => {
  if (typeof key !== "function" && (typeof key !== "string" || key === "")) {
    throw new TypeError(
      `${tool}: \`idempotency.key\` is the name of an argument, "auto", or a function of the arguments`
    )
  }
  if (!isRecord(store) || typeof (store as { readonly [StoreId]?: unknown })[StoreId] !== "function") {
    throw new TypeError(
      `${tool}: \`idempotency.store\` is a store of @errata/mcp-adapter/stores, such as memoryStore()`
    )
  }
}
