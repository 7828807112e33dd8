import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { EffectRecord, EffectsStore, Entry } from "../../../effects/model.ts"
import type { Claim, Held, IdempotencyStore, Outcome, Request, State, StoreError } from "../../../store/model.ts"
import type { Run, Script } from "./client.ts"
import * as Scripts from "./scripts.ts"

/** Redis counts in doubles within scripts: a hundred years are for ever. */
const longest = 100 * 365 * 24 * 3_600_000

const millis = (duration: Duration.Duration): number => Math.min(Math.ceil(Duration.toMillis(duration)), longest)

const flag = (is: boolean): string => is ? "1" : "0"

type Text = string | number | null | undefined

type Answer = readonly [tag: string, ...rest: ReadonlyArray<Text>]

const stateOf = ([tag, reference, ...rest]: Answer): State => {
  const referenceId = String(reference)
  switch (tag) {
    case "InProgress":
      return { _tag: "InProgress", referenceId, left: Duration.millis(Number(rest[0])) }
    case "Unknown":
      return { _tag: "Unknown", referenceId, since: Number(rest[0]) }
    case "Completed": {
      const [storedAt, kind, value] = rest
      const outcome: Outcome = {
        kind: kind === "failure" ? "failure" : "success",
        value: value == null ? undefined : String(value)
      }
      return { _tag: "Completed", outcome, referenceId, storedAt: Number(storedAt) }
    }
    default:
      return { _tag: "Absent" }
  }
}

const claimOf = (answer: Answer, { id, owner }: Request): Claim => {
  const [tag, first, second] = answer
  const held: Held = { id, owner, generation: Number(first) }
  if (tag === "Claimed") return { _tag: "Claimed", held }
  if (tag === "Taken") return { _tag: "Taken", held, referenceId: String(second) }
  if (tag === "Conflict") return { _tag: "Conflict", referenceId: String(first) }
  return stateOf(answer) as Exclude<State, State.Absent>
}

export const makeKeys = (run: Run, prefix: string): IdempotencyStore["Service"] => {
  const keyOf = (id: string) => `${prefix}key:{${id}}`
  const step = (
    operation: string,
    script: Script,
    { generation, id, owner }: Held,
    args: ReadonlyArray<string | number> = []
  ): Effect.Effect<boolean, StoreError> =>
    Effect.map(run<number>(operation, script, keyOf(id), [owner, generation, ...args]), (answer) => answer === 1)
  return {
    claim: (request) => {
      const { begun, fingerprint, id, lease, owner, referenceId, retention, takesUnknown } = request
      const args = [fingerprint, owner, referenceId, millis(lease), millis(retention), flag(begun), flag(takesUnknown)]
      return Effect.map(run<Answer>("claim", Scripts.claim, keyOf(id), args), (answer) => claimOf(answer, request))
    },
    renew: (held, lease) => step("renew", Scripts.renew, held, [millis(lease)]),
    begin: (held) => step("begin", Scripts.begin, held),
    complete: (held, { kind, value }) =>
      step("complete", Scripts.complete, held, value === undefined ? [kind] : [kind, value]),
    release: (held) => step("release", Scripts.release, held),
    abandon: (held) => step("abandon", Scripts.abandon, held),
    lookup: (id) => Effect.map(run<Answer>("lookup", Scripts.lookup, keyOf(id), []), stateOf),
    expire: Effect.succeed(0)
  }
}

type EffectRow = readonly [
  reference: Text,
  tool: Text,
  name: Text,
  target: Text,
  sent: Text,
  started: Text,
  ended: Text,
  outcome: Text
]

const outcomes = { begun: "begun", done: "done", failed: "failed" } as const

const recordOf = (id: string, row: EffectRow): ReadonlyArray<EffectRecord> => {
  const [reference, tool, name, target, sent, started, ended, outcome] = row
  if (reference == null) return []
  return [{
    id,
    referenceId: String(reference),
    tool: String(tool),
    name: String(name),
    target: String(target),
    key: sent == null ? undefined : String(sent),
    startedAt: Number(started),
    endedAt: ended == null ? undefined : Number(ended),
    outcome: outcomes[outcome as keyof typeof outcomes] ?? "begun"
  }]
}

export const makeEffects = (run: Run, prefix: string): EffectsStore["Service"] => {
  const effectOf = (id: string) => `${prefix}effect:{${id}}`
  const callOf = (referenceId: string) => `${prefix}call:{${referenceId}}`
  const append = ({ id, key, name, referenceId, retention, target, tool }: Entry) => {
    const kept = millis(retention)
    const args = [referenceId, tool, name, target, kept, ...(key === undefined ? [] : [key])]
    return Effect.andThen(
      run("append", Scripts.append, effectOf(id), args),
      run("append", Scripts.note, callOf(referenceId), [id, kept])
    )
  }
  return {
    append: (entry) => Effect.asVoid(append(entry)),
    end: (id, outcome) =>
      Effect.map(run<number>("end", Scripts.end, effectOf(id), [outcome]), (answer) => answer === 1),
    byReference: (referenceId) =>
      run<ReadonlyArray<string>>("byReference", Scripts.noted, callOf(referenceId), []).pipe(
        Effect.flatMap(
          Effect.forEach(
            (id) =>
              Effect.map(run<EffectRow>("byReference", Scripts.effect, effectOf(id), []), (row) => recordOf(id, row)),
            {
              concurrency: 16
            }
          )
        ),
        Effect.map((records) => records.flat())
      ),
    expire: Effect.succeed(0)
  }
}
