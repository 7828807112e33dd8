/**
 * Plays intents against a fleet of servers as agent frameworks do: a call without an answer is made again, blindly.
 */
import { setTimeout as sleep } from "node:timers/promises"
import * as Schedule from "./Schedule.ts"
import type { Answer, Fleet } from "./Wire.ts"

/** Says what a client wants to happen once. */
export interface Intent {
  readonly tool: string
  readonly args: object
}

/** Says how an intent ended. */
export interface Ending {
  readonly outcome: "done" | "refused"
  /** The type of the failure. */
  readonly type?: string | undefined
}

/** Says what happened in all. */
export interface Tally {
  readonly endings: ReadonlyArray<Ending>
  readonly calls: number
  readonly lost: number
  readonly crashes: number
  readonly replayed: number
}

/** Says how often a client asks again that gets no answer, or is told to come later. */
const patience = 60

const isDone = (answer: Answer): answer is Answer & { _tag: "Answered" } =>
  answer._tag === "Answered" && answer.meta["errata/problem"]?.retry.should_retry !== true

/** Plays all intents, so many at once. */
export const play = async (fleet: Fleet, intents: ReadonlyArray<Intent>, options: {
  readonly seed: number
  readonly concurrency: number
  /** Of a thousand attempts, how many take their server with them. */
  readonly crashes: number
}): Promise<Tally> => {
  const tally = { calls: 0, lost: 0, crashes: 0, replayed: 0 }
  const endings: Array<Ending> = []

  const call = async (server: number, { args, tool }: Intent): Promise<Answer> => {
    tally.calls++
    return (await fleet.at(server)).call(tool, args)
  }

  /** Makes one call and loses what the schedule says. Nothing: the client has no answer and calls again. */
  const attempt = async (intent: Intent, { after, loss, server }: Schedule.Attempt): Promise<Answer | undefined> => {
    const answer = call(server, intent)
    switch (loss) {
      case "none":
        return await answer
      case "answer":
        await answer
        break
      case "patience":
        await Promise.race([answer, sleep(after)])
        break
      case "kill":
      case "close":
        await Promise.race([answer, sleep(after)])
        tally.crashes++
        fleet.replace(server, loss)
    }
    tally.lost++
    return undefined
  }

  const playOne = async (intent: Intent, i: number): Promise<Ending> => {
    let server = 0
    for (const step of Schedule.draw(options.seed + i, options.crashes)) {
      server = step.server
      const answer = await attempt(intent, step)
      if (answer !== undefined && isDone(answer)) return ending(answer)
    }
    for (let tries = 0; tries < patience; tries++) {
      const answer = await call(++server, intent)
      if (isDone(answer)) return ending(answer)
      const wait = answer._tag === "Lost" ? 0 : answer.meta["errata/problem"]?.retry.retry_after_seconds ?? 0.05
      await sleep(Math.min(wait, 1) * 1_000)
    }
    throw new Error(`${intent.tool} got no answer in ${patience} tries`)
  }

  const ending = (answer: Answer & { _tag: "Answered" }): Ending => {
    if (answer.meta["errata/call"]?.replayed === true) tally.replayed++
    return answer.isError
      ? { outcome: "refused", type: answer.meta["errata/problem"]?.type ?? answer.text }
      : { outcome: "done" }
  }

  let next = 0
  const worker = async (): Promise<void> => {
    for (let i = next++; i < intents.length; i = next++) endings[i] = await playOne(intents[i]!, i)
  }
  await Promise.all(Array.from({ length: options.concurrency }, worker))
  return { ...tally, endings }
}
