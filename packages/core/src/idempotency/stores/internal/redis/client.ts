/** The only file that reaches effect's Redis. */
import * as Effect from "effect/Effect"
import * as Redis from "effect/persistence/Redis"
import { StoreError } from "../../../store/model.ts"

type Argument = string | number

/** Runs a script on one key: `KEYS[1]`, and the arguments after it. */
export type Run = <A>(
  operation: string,
  script: Script,
  key: string,
  args: ReadonlyArray<Argument>
) => Effect.Effect<A, StoreError>

/** A script as Redis knows it once it was loaded. */
export type Script = ReturnType<typeof script>

/** Describes a script on one key, so that it runs on a cluster too. */
export const script = (lua: string) =>
  Redis.script((key: string, args: ReadonlyArray<Argument>) => [key, ...args], { lua, numberOfKeys: 1 })
    .withReturnType<unknown>()

/** The connection that runs the scripts. */
export const make: Effect.Effect<Run, never, Redis.Redis> = Effect.map(
  Redis.Redis,
  (redis) => <A>(operation: string, script: Script, key: string, args: ReadonlyArray<Argument>) =>
    redis.eval(script)(key, args).pipe(
      Effect.mapError((cause) => new StoreError({ operation, reason: sentence(cause.cause), cause }))
    ) as Effect.Effect<A, StoreError>
)

/** The words with which Redis begins its refusals. */
const sentences: { readonly [word: string]: string } = {
  OOM: "Redis is full.",
  MISCONF: "Redis cannot write to its disk.",
  READONLY: "This Redis is a replica, and takes no writes.",
  LOADING: "Redis is starting.",
  NOAUTH: "Redis refused the name or the password.",
  WRONGPASS: "Redis refused the name or the password.",
  NOPERM: "Redis refused the permission.",
  MOVED: "This client knows no cluster.",
  CLUSTERDOWN: "The cluster of Redis is down.",
  NOREPLICAS: "Too few replicas of Redis take part."
}

/** The driver's own text goes no further than the cause. */
const sentence = (cause: unknown): string => {
  const message = cause instanceof Error ? cause.message : ""
  return sentences[/^[A-Z]+/.exec(message)?.[0] ?? ""] ?? "Redis cannot be reached, or failed."
}
