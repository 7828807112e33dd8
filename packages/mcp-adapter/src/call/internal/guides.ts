import { actionsOf, isGuide, refusalOf, staticSteps, type Surroundings } from "@errata/core/internal/follow"
import type { Action, RecoveryStep } from "@errata/core/RecoveryStep"
import type * as Tool from "@errata/core/Tool"
import type * as ToolError from "@errata/core/ToolError"
import type { Guidance } from "./model.ts"
import type { Options } from "./toolOptions.ts"

type Tools = ReadonlyArray<{ readonly tool: Tool.Any }>

/** Joins what guides say of a tool; `beside` are the tools that its steps may call. The last guide that knows a tag wins. */
export const guidanceOf = (tool: Tool.Any, guides: Options["guides"] = [], beside: Tools = []): Guidance => {
  const steps = new Map<string, Tool.GuideSteps<never>>()
  for (const guide of guides) {
    if (guide.tools.some((guided) => guided === tool || guided.name === tool.name)) {
      for (const [tag, value] of guide.steps) steps.set(tag, value)
    }
  }
  return {
    definitionOf: finder([{ tool }, ...beside]),
    stepsOf: steps.size === 0 ? noSteps : (error) => made(steps, error)
  }
}

const noSteps = (): undefined => undefined

/** Asks a guide. Throws where it does, and where it returns no list: that is told in the log. */
const made = (
  steps: ReadonlyMap<string, Tool.GuideSteps<never>>,
  error: ToolError.Any
): ReadonlyArray<RecoveryStep> | undefined => {
  const value = steps.get(error._tag)
  if (typeof value !== "function") return value
  const list: unknown = value(error as never)
  if (Array.isArray(list)) return list as ReadonlyArray<RecoveryStep>
  if (list instanceof Promise) list.catch(() => undefined) // it may fail as well, and nobody waits for it
  throw new TypeError("A guide returns a list of steps")
}

const finder = (tools: Tools): Surroundings["definitionOf"] => (name) =>
  tools.find(({ tool }) => tool.name === name)?.tool

/** Describes a step that calls a tool which is not registered with the others. */
export interface Lacking {
  readonly tool: string
  /** Says who names it, in a sentence that ends with its name. */
  readonly sentence: string
}

const asJson = (action: Action, where: string): Action => {
  try {
    return JSON.parse(JSON.stringify(action)) as Action
  } catch (cause) {
    throw new TypeError(`${where}: a step holds what JSON cannot say`, { cause })
  }
}

/**
 * Throws a `TypeError` for options that hold no guides, and for steps whose parameters their tool would refuse. Returns the tools
 * that stand neither among those that are registered nor among `otherTools`: perhaps the server lists them.
 */
export const assertGuides = (tools: Tools, { guides = [], otherTools = [] }: Options): ReadonlyArray<Lacking> => {
  if (!Array.isArray(guides) || !guides.every(isGuide)) {
    throw new TypeError("`guides` is a list of what Tool.guide makes")
  }
  const listed = new Set([...tools.map(({ tool }) => tool.name), ...otherTools])
  const lacking: Array<Lacking> = []
  const expect = (tool: string, sentence: string): void => {
    if (!listed.has(tool)) lacking.push({ tool, sentence })
  }
  for (const guide of guides) {
    for (const { name } of guide.tools) expect(name, `A guide is for ${name}`)
  }
  for (const { after, steps, where } of staticSteps(tools.map(({ tool }) => tool), guides)) {
    for (const action of steps.flatMap(actionsOf)) {
      if (action.tool !== undefined) expect(action.tool, `${where}: a step calls ${action.tool}`)
      for (const { name: tool } of after) {
        const refusal = refusalOf(asJson(action, where), action, {
          tool,
          definitionOf: finder(tools),
          lists: () => undefined
        })
        if (refusal !== undefined) throw new TypeError(`${where}: ${refusal}`)
      }
    }
  }
  return lacking
}

/** Throws a `TypeError` if the server does not list what a guide or a step names. */
export const assertListed = (lacking: ReadonlyArray<Lacking>, lists: (tool: string) => boolean): void => {
  const first = lacking.find(({ tool }) => !lists(tool))
  if (first === undefined) return
  throw new TypeError(
    `${first.sentence}, which is not registered: register it before or together with the others, or name it in \`otherTools\``
  )
}
