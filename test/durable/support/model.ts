/**
 * Says what a run does that dies where it is told to: what was cut off is done again, what had ended is not.
 */
import { backward, forward, notes } from "./order.ts"

/** Returns how often each step is executed. */
export const expected = (
  deadly: ReadonlyArray<string>,
  fails: boolean,
  isCancelled = false
): Readonly<Record<string, number>> => {
  const steps = [
    "charge",
    "ship",
    ...isCancelled ? [] : ["notify"],
    ...fails || isCancelled ? ["undo ship", "undo charge"] : []
  ]
  const cut = (step: string) => deadly.filter((point) => point === `${step}:begin` || point === `${step}:end`).length
  return Object.fromEntries(steps.map((step) => [step, 1 + cut(step)]))
}

/** Counts what an order did, and under how many keys each step was done. */
export const counted = (folder: string, order_id: string): {
  readonly steps: Readonly<Record<string, number>>
  readonly keys: number
  readonly order: ReadonlyArray<string>
} => {
  const steps: Record<string, number> = {}
  const keys = new Set<string>()
  const order: Array<string> = []
  for (const line of notes(folder)) {
    const match = /^(\S+) (.+) (\S+) \d+$/.exec(line)
    if (match?.[1] !== order_id) continue
    const [, , step = "", key = ""] = match
    steps[step] = (steps[step] ?? 0) + 1
    keys.add(`${step.replace("undo ", "")} ${key}`)
    if (order.at(-1) !== step) order.push(step)
  }
  return { steps, keys: keys.size, order }
}

/** Returns what every caller of an order hears. */
export const answerOf = (order_id: string, fails: boolean): string =>
  fails
    ? `Nobody hears of ${order_id}.\nError: conflict (permanent). Retry only after this is resolved.\nDetails: {"order_id":"${order_id}"}\n`
    : JSON.stringify({ charge: `charge of ${order_id}`, parcel: `ship of ${order_id}` })

/** What every caller of an order hears that was cancelled. */
export const cancelledAnswer = "place_order was cancelled.\n"

/** Lists every point at which a run can die. */
export const pointsOf = (fails: boolean): ReadonlyArray<string> => fails ? [...forward, ...backward] : forward

/** Lists them for a run that sleeps, too. */
export const richPointsOf = (fails: boolean): ReadonlyArray<string> => ["rest:after", ...pointsOf(fails)]

/** Returns the process that was the last to begin a step of an order. */
export const ownerOf = (folder: string, order_id: string): number | undefined => {
  const line = notes(folder).findLast((line) => line.startsWith(`${order_id} `))
  return line === undefined ? undefined : Number(line.split(" ").at(-1))
}
