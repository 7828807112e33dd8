/**
 * Obeys what replies say, as far as its bound allows: the client that a walk lets loose on a server.
 */
import * as correct from "./correct.ts"
import { type Call, chosen, decide, filled, keyOf } from "./decide.ts"
import type { Arguments, Outcome, Provocation } from "./model.ts"
import { read, type Step, type Told } from "./told.ts"

/** Describes what the client can do, and how much of it. */
export interface World {
  /** Makes a call and gives what the model is shown of the result. */
  readonly call: (call: Call) => Promise<unknown>
  /** Waits for a number of seconds. */
  readonly wait: (seconds: number) => Promise<void>
  /** Lets others act; false if nobody does. */
  readonly meanwhile: () => Promise<boolean>
  /** Tries again, once, where a text says nothing about it. */
  readonly isEager: boolean
  /** The number of calls that may follow the first one. */
  readonly maxCalls: number
}

/** Says what became of a call. */
export interface Obeyed {
  readonly outcome: Outcome
  /** The client's moves, call by call. */
  readonly moves: ReadonlyArray<string>
  /** The reason for stopping, where it did not succeed. */
  readonly why: string | undefined
  /** The replies that were read. */
  readonly replies: ReadonlyArray<Told>
}

type Wish = Pick<Provocation, "choose" | "intent">

interface Plan {
  readonly left: Array<Step>
  readonly from: Told
  readonly isCheck: boolean
}

interface State {
  readonly goal: Call
  readonly wish: Wish
  readonly intent: Arguments
  readonly world: World
  readonly made: Set<string>
  readonly moves: Array<string>
  readonly replies: Array<Told>
  call: Call
  plan: Plan | undefined
  repeated: boolean
  stepsDone: boolean
}

type End = readonly [outcome: Outcome, why?: string | undefined]

const shorten = (text: string): string => text.length > 200 ? `${text.slice(0, 199)}…` : text

/** Makes a call and obeys what comes back until it succeeds, nothing is left to do, or the bound is reached. */
export const obey = async (goal: Call, wish: Wish, world: World): Promise<Obeyed> => {
  const state: State = {
    goal,
    wish,
    intent: wish.intent ?? {},
    world,
    made: new Set(),
    moves: [],
    replies: [],
    call: goal,
    plan: undefined,
    repeated: false,
    stepsDone: false
  }
  await make(state, goal)
  let end: End | undefined
  while (end === undefined) end = await next(state)
  const [outcome, why] = end
  return { outcome, why, moves: state.moves, replies: state.replies }
}

const make = async (state: State, call: Call): Promise<void> => {
  state.call = call
  state.repeated = state.made.has(keyOf(call))
  state.made.add(keyOf(call))
  state.replies.push(read(await state.world.call(call)))
}

/** Makes one more call, if there is one left. */
const proceed = async (state: State, call: Call, why: string): Promise<End | undefined> => {
  if (state.moves.length >= state.world.maxCalls) {
    return ["lost", `more than ${state.world.maxCalls} calls are needed: ${why}`]
  }
  state.moves.push(shorten(`${why}: ${keyOf(call)}`))
  await make(state, call)
  return undefined
}

const next = async (state: State): Promise<End | undefined> => {
  const told = state.replies.at(-1)!
  if (state.plan !== undefined) return await follow(state, state.plan, told)
  return told.isFailure ? await react(state, told) : ["recovered"]
}

const react = async (state: State, told: Told): Promise<End | undefined> => {
  const { call, intent, made, repeated, stepsDone, world } = state
  const move = decide(told, {
    intent,
    call,
    isEager: world.isEager,
    repeated,
    stepsDone,
    wasMade: (call) => made.has(keyOf(call))
  })
  switch (move._tag) {
    case "Stop":
      return [move.outcome, move.why]
    case "Steps":
      state.plan = { left: [...move.steps], from: told, isCheck: move.isCheck }
      return undefined
    case "Call": {
      if (move.asksOthers && !(await world.meanwhile())) return ["handed over", told.advice]
      if (move.seconds !== undefined) {
        await world.meanwhile()
        await world.wait(move.seconds)
      }
      return await proceed(state, move.call, move.why)
    }
  }
}

/** Follows the next step. A step that fails is obeyed in its turn; a check that fails leaves the client without an answer. */
const follow = async (state: State, plan: Plan, told: Told): Promise<End | undefined> => {
  const { intent, made, wish, world } = state
  if (told.isFailure && told !== plan.from) {
    state.plan = undefined
    state.stepsDone = true
    return plan.isCheck ? ["lost", `the check failed: ${told.message}`] : undefined
  }
  const step = plan.left.shift()
  if (step === undefined) return await finish(state, plan)
  const action = chosen(step, wish.choose)
  if (action?.tool === undefined) return await world.meanwhile() ? undefined : ["handed over", step.action]
  const { args, unknown } = filled(action, plan.from, intent, state.goal.args)
  if (unknown.length > 0) return ["lost", `the user did not say ${unknown.join(", ")} for: ${action.action}`]
  const call = { tool: action.tool, args }
  return made.has(keyOf(call))
    ? ["lost", `it leads in a circle: ${action.action}`]
    : await proceed(state, call, action.action)
}

/** After steps that only looked comes the call that was meant, as far as the bound allows. */
const finish = async (state: State, { from, isCheck }: Plan): Promise<End | undefined> => {
  const { call, goal, intent, moves, world } = state
  state.plan = undefined
  state.stepsDone = true
  if (isCheck) return ["verified"]
  const meant = call.tool === goal.tool ? undefined : afterSteps(goal, from, intent)
  return meant === undefined || moves.length >= world.maxCalls
    ? ["recovered"]
    : await proceed(state, meant, "then what was meant")
}

/** With what the user wants, or as it was where a state has changed. */
const afterSteps = (goal: Call, { corrects, repeats, waitsFor }: Told, intent: Arguments): Call | undefined => {
  const args = correct.byIntent(goal.args, intent, () => true)
  if (args !== undefined) return { ...goal, args }
  return waitsFor !== undefined || repeats || corrects ? goal : undefined
}
