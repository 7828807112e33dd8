/**
 * Brings an error about, and lets the obedient client loose on it.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { ResultLike } from "../../client/internal/model.ts"
import { checkReply, type Standard, textOf } from "./check.ts"
import { settled } from "./connect.ts"
import { type Call, keyOf } from "./decide.ts"
import { type Exchange, judge } from "./judge.ts"
import type { Connection, Convert, Provocation, Row, Settings } from "./model.ts"
import { obey, type Obeyed, type World } from "./obey.ts"
import { callAlternatives, toldApart } from "./probe.ts"
import { read } from "./told.ts"

/** Names what is provoked. */
export interface Case {
  readonly tool: string
  readonly error: string
  readonly provocation: Provocation
}

/** Holds what all cases share. */
export interface Ground extends Standard {
  readonly connection: Connection
  readonly settings: Settings
  readonly hosts: ReadonlyArray<readonly [name: string, convert: Convert]>
}

/** Provokes an error, once for all hosts that lead a client the same way, and anew for others. */
export const provoke = async (one: Case, ground: Ground): Promise<ReadonlyArray<Row>> => {
  const rows: Array<Row> = []
  let first: Lived | undefined
  for (const [host, convert] of ground.hosts) {
    const replayed = first === undefined ? undefined : await replay(one, ground, convert, first)
    if (replayed !== undefined) {
      rows.push({ ...first!.row, ...replayed, host })
      continue
    }
    const lived = await live(one, { ...ground, hosts: [[host, convert]] })
    first ??= lived
    rows.push(lived.row)
  }
  return rows
}

interface Lived {
  readonly row: Row
  readonly obeyed: Obeyed
  readonly exchanges: ReadonlyArray<Exchange>
}

/** Gives what a host shows of a result. */
const show = ({ listed }: Ground, convert: Convert, { args, tool }: Call, result: ResultLike): unknown => {
  const output = listed.get(tool)?.outputSchema
  const required = output?.["required"]
  const requires = output === undefined ? undefined : Array.isArray(required) ? required as ReadonlyArray<string> : []
  return convert({ tool, arguments: args, result, requires })
}

const wait = async ({ maxWait = Duration.seconds(1), wait }: Settings, seconds: number): Promise<void> => {
  if (wait !== undefined) return void await wait(seconds)
  await Effect.runPromise(Effect.sleep(Duration.min(Duration.seconds(seconds), Duration.fromInputUnsafe(maxWait))))
}

const live = async (one: Case, ground: Ground): Promise<Lived> => {
  const { after, before } = one.provocation
  try {
    await before?.(ground.connection.call)
    return await run(one, ground)
  } finally {
    await after?.(ground.connection.call)
  }
}

const run = async ({ error, provocation, tool }: Case, ground: Ground): Promise<Lived> => {
  const { connection, hosts: [[host, convert] = ["", defaultConvert]], isOurs, listed, settings } = ground
  const { arguments: given = {}, effects: count, intent = {} } = provocation
  const { patience = Duration.minutes(1) } = settings
  const ask = ({ args, tool }: Call): Promise<ResultLike> => settled(() => connection.call(tool, args), patience)
  const counted = await count?.() ?? 0
  const goal = { tool, args: typeof given === "function" ? await given() : given }
  const exchanges: Array<Exchange> = []
  const obeyed = await obey(goal, provocation, {
    call: async (call) => {
      const result = await ask(call)
      exchanges.push({ ...call, result })
      return show(ground, convert, call, result)
    },
    wait: (seconds) => wait(settings, seconds),
    ...others(provocation, ground)
  })
  const effects = count === undefined ? undefined : await count() - counted
  const judged = judge({ error, provocation, obeyed, exchanges, listed, isOurs, effects })
  const failed = exchanges.filter(({ result }) => result.isError === true)
  const checks = [
    ...failed.map((exchange) => checkReply(exchange, intent, ground)),
    await callAlternatives(goal, exchanges[0]!.result, listed, ask),
    await toldApart(
      provocation,
      goal,
      connection.call,
      async (call) => read(show(ground, convert, call, await ask(call))).text,
      obeyed
    ),
    await confirmed(provocation, judged.outcome)
  ]
  const reasons = [...judged.reasons, ...new Set(checks.flatMap(({ reasons }) => reasons))]
  return {
    exchanges,
    obeyed,
    row: {
      ...rowOf({ error, host, obeyed, provocation, tool }),
      outcome: judged.outcome,
      isFine: judged.isFine && reasons.length === 0,
      checked: checks.reduce((sum, { checked }) => sum + checked, 0),
      reasons
    }
  }
}

const others = (
  { meanwhile }: Provocation,
  { connection, settings: { isEager = false, maxCalls = 2 } }: Ground
): Pick<World, "isEager" | "meanwhile" | "maxCalls"> => ({
  isEager,
  maxCalls,
  meanwhile: async () => {
    await meanwhile?.(connection.call)
    return meanwhile !== undefined
  }
})

const rowOf = ({ error, host, obeyed, provocation: { note, silent }, tool }: Case & {
  readonly host: string
  readonly obeyed: Obeyed
}): Omit<Row, "outcome" | "isFine" | "checked" | "reasons"> => ({
  tool,
  error,
  host,
  calls: obeyed.moves.length,
  moves: obeyed.moves,
  text: obeyed.replies[0]?.text ?? "",
  isSilent: silent !== undefined,
  note
})

const confirmed = async ({ confirm }: Provocation, outcome: Row["outcome"]) => ({
  checked: 0,
  reasons: confirm === undefined || outcome !== "recovered" || await confirm()
    ? []
    : ["the client takes it for done, and it is not"]
})

/** Shows the text blocks, and nothing else. */
export const defaultConvert: Convert = ({ result }) => textOf(result)

const elsewhere = new Error("The client does something else")

/** Lets a client read the recorded replies as another host shows them. Undefined where it does something else then. */
const replay = async (
  { provocation }: Case,
  ground: Ground,
  convert: Convert,
  { exchanges, obeyed }: Lived
): Promise<Pick<Row, "calls" | "moves" | "text"> | undefined> => {
  if (provocation.silent !== undefined) return undefined
  const left = [...exchanges]
  const { meanwhile } = provocation
  try {
    const { moves, outcome, replies } = await obey(left[0]!, provocation, {
      call: (call) => {
        const next = left.shift()
        if (next === undefined || keyOf(next) !== keyOf(call)) throw elsewhere
        return Promise.resolve(show(ground, convert, call, next.result))
      },
      wait: () => Promise.resolve(),
      meanwhile: () => Promise.resolve(meanwhile !== undefined),
      isEager: ground.settings.isEager ?? false,
      maxCalls: ground.settings.maxCalls ?? 2
    })
    return left.length > 0 || outcome !== obeyed.outcome
      ? undefined
      : { calls: moves.length, moves, text: replies[0]!.text }
  } catch (failure) {
    if (failure === elsewhere) return undefined
    throw failure
  }
}
