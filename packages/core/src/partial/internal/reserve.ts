import * as Duration from "effect/Duration"

/** Limits how much of the time before the deadline is kept for answering, where nothing is said. */
export const standard: Duration.Input = "500 millis"

/** The points in time of work that has to answer by a deadline, as `Deadline.now` tells them. */
export interface Reserve {
  /** Says when an answer is of no use any more; infinity if it always is. */
  readonly deadline: number
  /** Says when what runs is stopped, so that there is time to answer. */
  readonly stopAt: number
  /** Until when parts may begin, and believe to have time: what keeps to it ends before it is stopped. */
  readonly beginUntil: number
}

/** Keeps some of the time before a deadline for answering; of a very short time half, rather than all of it. */
export const make = (deadline: number, now: number, input: Duration.Input = standard): Reserve => {
  if (deadline === Number.POSITIVE_INFINITY) return { deadline, stopAt: deadline, beginUntil: deadline }
  const reserve = Duration.toMillis(Duration.fromInputUnsafe(input))
  const left = Math.max(0, deadline - now)
  const time = Math.max(left - reserve, left / 2)
  return { deadline, stopAt: now + time, beginUntil: now + time - Math.min(reserve, time) / 10 }
}

/** Returns how long what was stopped may hold up the answer: half of the time that is left. */
export const patience = ({ deadline }: Pick<Reserve, "deadline">, now: number): number =>
  deadline === Number.POSITIVE_INFINITY ? deadline : Math.max(0, deadline - now) / 2
