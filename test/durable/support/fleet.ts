/**
 * Keeps several processes that share runs, asks them for orders until each is told how it ended, and disturbs them meanwhile.
 */
import { setTimeout as sleep } from "node:timers/promises"
import { journalOf } from "./journal.ts"
import { answerOf } from "./model.ts"
import { notes } from "./order.ts"
import * as Process from "./process.ts"

/** What a caller was told, in the order in which it was, by which process. */
export interface Heard extends Process.Answer {
  readonly pid: number
}

export interface Fleet {
  readonly members: Array<Process.Worker>
  /** Asks any process for an order, again while it says so or dies, and returns all that was heard. */
  readonly ask: (order_id: string) => Promise<ReadonlyArray<Heard>>
  /** Kills a process, and starts another one in its place. */
  readonly kill: (index: number) => Promise<void>
  /** Stops a process for a while. */
  readonly stop: (index: number, millis: number) => Promise<void>
  /** Lets one more process join, and leave again as it is told to. */
  readonly visit: (millis: number) => Promise<void>
  readonly end: () => void
}

type SettingsOf = () => Promise<Process.Settings>

/** Starts a fleet. */
export const start = async (count: number, settingsOf: SettingsOf): Promise<Fleet> => {
  const settings = await Promise.all(Array.from({ length: count }, settingsOf))
  const members = await Promise.all(settings.map(Process.start))
  const visitors = new Set<Process.Worker>()
  const starting = new Map<number, Promise<unknown>>()
  let isOver = false
  let turn = 0
  const ask: Fleet["ask"] = async (order_id) => {
    const heard: Array<Heard> = []
    const first = turn++
    for (let i = first; !isOver; i++) {
      const all = [...members, ...visitors]
      const worker = all[i % all.length]!
      const answer = await worker.ask({ order_id, fails: false })
      if (answer === undefined) {
        await starting.get(members.indexOf(worker))
        await sleep(20)
        continue
      }
      heard.push({ ...answer, pid: worker.pid })
      if (!Process.asksAgain(answer)) break
    }
    return heard
  }
  const kill: Fleet["kill"] = async (index) => {
    const worker = members[index]!
    worker.signal("SIGKILL")
    const again = worker.ended.then(() => Process.start(settings[index]!)).then((next) => members[index] = next)
    starting.set(index, again)
    await again
  }
  return {
    members,
    ask,
    kill,
    stop: async (index, millis) => {
      const worker = members[index]!
      worker.signal("SIGSTOP")
      await sleep(millis)
      worker.signal("SIGCONT")
    },
    visit: async (millis) => {
      const visitor = await Process.start(await settingsOf())
      visitors.add(visitor)
      await sleep(millis)
      visitors.delete(visitor)
      await visitor.close()
    },
    end: () => {
      isOver = true
      for (const worker of [...members, ...visitors]) worker.signal("SIGKILL")
    }
  }
}

/** Asks for many orders, so many at once, and returns what each caller heard. */
export const askAll = async (
  { ask }: Pick<Fleet, "ask">,
  orders: ReadonlyArray<string>,
  atOnce: number
): Promise<ReadonlyArray<readonly [order_id: string, heard: ReadonlyArray<Heard>]>> => {
  const heard: Array<readonly [string, ReadonlyArray<Heard>]> = []
  let next = 0
  const one = async (): Promise<void> => {
    for (let order = orders[next++]; order !== undefined; order = orders[next++]) heard.push([order, await ask(order)])
  }
  await Promise.all(Array.from({ length: atOnce }, one))
  return heard
}

/** Describes the answers that are wrong: the whole of what was heard, and what the journal has of the run. */
export const wrongIn = async (
  heard: Awaited<ReturnType<typeof askAll>>,
  { engine, folder }: Process.Settings
): Promise<ReadonlyArray<string>> => {
  const wrong = heard.filter(([order, answers]) => answers.at(-1)?.text !== answerOf(order, false))
  const described = wrong.slice(0, 10).map(async ([order, answers]) =>
    [
      `${order}:`,
      ...answers.map(({ pid, text, type }) => `  ${pid} said ${type ?? "a result"}: ${text}`),
      ...(await journalOf(engine, order)).map((row) => `  ${row}`),
      ...notes(folder).filter((line) => line.startsWith(`${order} `)).map((line) => `  executed: ${line}`)
    ].join("\n")
  )
  return [...await Promise.all(described), ...wrong.length > 10 ? [`and ${wrong.length - 10} more`] : []]
}

/** Counts the answers by their kind. */
export const kindsIn = (heard: Awaited<ReturnType<typeof askAll>>): Readonly<Record<string, number>> => {
  const kinds: Record<string, number> = {}
  for (const { type = "result" } of heard.flatMap(([, answers]) => answers)) kinds[type] = (kinds[type] ?? 0) + 1
  return kinds
}
