import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import {
  type Claim,
  type Held,
  IdempotencyStore,
  type Outcome,
  type Request,
  type State
} from "../../idempotency/store/model.ts"
import { Contract, Violation } from "./model.ts"

/** The steps that cases are made of. */

export const lease = Duration.seconds(30)
export const retention = Duration.hours(24)

/** Returns a text that no other case has. */
export const unique: Effect.Effect<string> = Effect.map(
  Effect.all([Random.next, Random.next, Random.next, Random.next]),
  (numbers) => numbers.map((n) => Math.floor(n * 2 ** 52).toString(16).padStart(16, "0")).join("")
)

/** Makes a request for a key that no other case has. */
export const request = (changes: Partial<Request> = {}): Effect.Effect<Request> =>
  Effect.gen(function*() {
    return {
      id: yield* unique,
      fingerprint: "the same arguments",
      owner: yield* unique,
      referenceId: "11111111",
      lease,
      retention,
      begun: false,
      takesUnknown: false,
      ...changes
    }
  })

/** Makes the request of another caller for the same key. */
export const another = (of: Request, changes: Partial<Request> = {}): Effect.Effect<Request> =>
  Effect.map(unique, (owner) => ({ ...of, owner, referenceId: "22222222", ...changes }))

const store = <A, E>(f: (store: IdempotencyStore["Service"]) => Effect.Effect<A, E>) =>
  Effect.flatMap(IdempotencyStore, f)

export const claim = (asked: Request) => store((_) => _.claim(asked))
export const renew = (held: Held, by: Duration.Duration = lease) => store((_) => _.renew(held, by))
export const begin = (held: Held) => store((_) => _.begin(held))
export const complete = (held: Held, outcome: Outcome = done) => store((_) => _.complete(held, outcome))
export const release = (held: Held) => store((_) => _.release(held))
export const abandon = (held: Held) => store((_) => _.abandon(held))
export const lookup = (id: string) => store((_) => _.lookup(id))
export const expire = store((_) => _.expire)
export const advance = (duration: Duration.Input) =>
  Effect.flatMap(Contract, (_) => _.advance(Duration.fromInputUnsafe(duration)))

export const done: Outcome = { kind: "success", value: "{\"charge_id\":\"ch_1\"}" }

/** Claims a key and expects to get it. */
export const own = (asked: Request) =>
  Effect.flatMap(claim(asked), (answer) =>
    answer._tag === "Claimed" || answer._tag === "Taken"
      ? Effect.succeed(answer.held)
      : Effect.fail(new Violation({ message: `the key should be given, got ${answer._tag}` })))

/** Returns an answer without what depends on the time. */
export const short = (answer: Claim | State): object => {
  switch (answer._tag) {
    case "Claimed":
      return { _tag: answer._tag, generation: answer.held.generation }
    case "Taken":
      return { _tag: answer._tag, generation: answer.held.generation, referenceId: answer.referenceId }
    case "InProgress":
    case "Unknown":
      return { _tag: answer._tag, referenceId: answer.referenceId }
    case "Completed":
      return { _tag: answer._tag, referenceId: answer.referenceId, outcome: answer.outcome }
    default:
      return answer
  }
}

/** Tries everything that an owner may do. Returns the answers. */
export const everyStep = (held: Held) =>
  Effect.all({
    renew: renew(held),
    begin: begin(held),
    complete: complete(held, { kind: "success", value: "\"late\"" }),
    abandon: abandon(held),
    release: release(held)
  })

export const nothing = { renew: false, begin: false, complete: false, abandon: false, release: false }
