/**
 * Notices callers that repeat one call and get one failure, again and again.
 *
 * A `LoopGuard` counts identical failures: the same tool, the same arguments, the same failure, for the same caller. The adapter asks
 * it whenever a call failed, and says so in the reply from the third time on: a model that reads "This is the third identical failure
 * of this call." does something else. A guard may also answer such a call without running it.
 *
 * **Details**
 *
 * | option | default | meaning |
 * |---|---|---|
 * | `callers` | 1000 | callers that are remembered; the one that failed longest ago is forgotten first |
 * | `calls` | 20 | failing calls that are remembered of one caller |
 * | `window` | 10 minutes | how long a failure is remembered |
 * | `answers` | `false` | whether a call that goes on failing may be answered without running |
 * | `answersFor` | 60 s, and no more | how long after a call really ran it may be answered so |
 * | `answered` | 100 | callers for which such an answer is kept |
 *
 * What counts and what does not:
 *
 * - A failure counts if its call began after the identical one before it had ended: calls side by side are no loop.
 * - A call that waited as long as it was told to does not count: it does what the reply said.
 * - Another failure of the same call begins a new count; its success ends it.
 * - A success of a call that may have changed something ends every count of its caller: what failed may succeed now.
 * - A call of something that only reads changes nothing: whoever looks at a list between two attempts still repeats the same one.
 *
 * A guard answers without running only what `begin` was given an answer for, for its caller's last call; any other
 * call of that caller ends it.
 *
 * Times are milliseconds and must not go backwards. Nothing here reads a clock: whoever calls it has one.
 *
 * **Example** (Counting identical failures)
 *
 * ```ts import.meta.vitest
 * import * as LoopGuard from "@errata/core/LoopGuard"
 *
 * const guard = LoopGuard.make()
 * const call = { caller: "session-1", tool: "get_user", arguments: LoopGuard.fingerprint({ user_id: "7" })! }
 * const fail = (now: number) => guard.failed(call, { failure: "NotFound", startedAt: now, now })
 *
 * const counts = [fail(0), fail(10), fail(20)]
 * counts // => [1, 2, 3]
 * guard.succeeded({ caller: "session-1", tool: "create_user", arguments: () => undefined, changes: true, now: 30 })
 * fail(40) // => 1
 * ```
 *
 * @since 0.1.0
 */
export { fingerprint } from "./loopGuard/fingerprint.ts"
export { make } from "./loopGuard/make.ts"
export { defaults, firstTold, is, TypeId } from "./loopGuard/model.ts"
export type { Beginning, Call, Failure, LoopGuard, Options, Success } from "./loopGuard/model.ts"
