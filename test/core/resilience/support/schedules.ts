import * as Backoff from "@errata/core/Backoff"
import * as Duration from "effect/Duration"
import * as Schedule from "effect/Schedule"
import type { Source } from "../../support/arbitraries.ts"

export type AnySchedule = Schedule.Schedule<unknown, unknown>

const simple = (from: Source): AnySchedule =>
  from.pick<AnySchedule>([
    Schedule.exponential(Duration.millis(1 + from.int(900))),
    Schedule.exponential(Duration.millis(1 + from.int(900)), 1 + from.int(20) / 10),
    Schedule.fibonacci(Duration.millis(1 + from.int(900))),
    Schedule.spaced(Duration.millis(from.int(2_000))),
    Schedule.recurs(from.int(8)),
    Schedule.forever
  ])

const combined = (from: Source): AnySchedule =>
  from.pick<() => AnySchedule>([
    () => simple(from),
    () => simple(from),
    () => Schedule.max([simple(from), simple(from)]),
    () => Schedule.min([simple(from), simple(from)]),
    () => Schedule.concat(Schedule.upTo(simple(from), { times: from.int(4) }), simple(from))
  ])()

type Change = (schedule: AnySchedule, from: Source) => AnySchedule

const jitters: ReadonlyArray<Change> = [Backoff.fullJitter, Schedule.jittered]

const bounds: ReadonlyArray<Change> = [
  (schedule, from) => Backoff.cap(schedule, Duration.millis(from.int(3_000))),
  (schedule, from) => Schedule.upTo(schedule, { times: from.int(7) }),
  (schedule, from) => Schedule.upTo(schedule, { duration: Duration.millis(from.int(5_000)) }),
  (schedule, from) => Backoff.within(schedule, Duration.millis(from.int(5_000)))
]

/** A schedule, perhaps jittered, perhaps bounded, and never for ever. */
export const schedule = (from: Source): AnySchedule => {
  const changes = [
    ...from.chance(60) ? [from.pick(jitters)] : [],
    Backoff.honorRetryAfter,
    ...Array.from({ length: from.int(3) }, () => from.pick(bounds))
  ]
  const changed = changes.reduce<AnySchedule>((made, change) => change(made, from), combined(from))
  return Schedule.upTo(changed, { times: 8 })
}

/** One whose delays depend on the time that has passed. */
export const clocked = (from: Source): AnySchedule =>
  Schedule.upTo(
    from.pick<AnySchedule>([
      Schedule.fixed(Duration.millis(1 + from.int(2_000))),
      Schedule.windowed(Duration.millis(1 + from.int(2_000))),
      Schedule.max([Schedule.exponential("200 millis"), Schedule.during(Duration.millis(from.int(5_000)))])
    ]),
    { times: 8 }
  )
