import * as Result from "effect/Result"
import type * as SchemaAST from "effect/SchemaAST"
import { codecOf, membersOf } from "../../errors/internal/place.ts"
import * as Issue from "../../errors/Issue.ts"
import type { Action, RecoveryStep } from "../../errors/recoveryStep/model.ts"
import * as ToolError from "../../errors/ToolError.ts"
import { stepsOf } from "../../errors/toolError/read.ts"
import * as Arguments from "../Arguments.ts"
import { makersIn } from "../arguments/steps.ts"
import type { Guide, GuideSteps } from "./guide.ts"
import type { Any } from "./model.ts"
import { targetOf } from "./step.ts"

export { isGuide } from "./guide.ts"

/** Describes what is known of the tools that an action may call. */
export interface Surroundings {
  /** Tests whether a tool of that name is listed; `undefined` if nobody knows. */
  lists(name: string): boolean | undefined
  /** Returns the definition of the tool of that name, if it is one of ours. */
  definitionOf(name: string): Any | undefined
  /** Names the tool whose call failed, or whose success leads on; `undefined` if it is not known. */
  readonly tool: string | undefined
}

/**
 * Says why an action cannot be taken, in the words of a log line; `undefined` if it can, or if nothing is known against it. What is
 * decoded is the action as it leaves; `made` is what it was made of, from which its tool is known.
 */
export const refusalOf = (told: Action, made: Action, surroundings: Surroundings): string | undefined => {
  const { fill = [], parameters = {}, tool } = told
  if (tool === undefined) return changes(told, made, surroundings)
  if (surroundings.lists(tool) === false) return `${named(made)} calls ${JSON.stringify(tool)}, which is not listed`
  const target = targetOf(made) ?? surroundings.definitionOf(tool)
  const wrong = target === undefined ? undefined : misfit(target, parameters, fill)
  return wrong === undefined ? undefined : `${named(made)} calls ${tool} with parameters that do not fit: ${wrong}`
}

/** Says what is wrong with a change of the arguments of the call itself. */
const changes = (told: Action, made: Action, surroundings: Surroundings): string | undefined => {
  const { fill = [], parameters = {} } = told
  const own = surroundings.tool === undefined ? undefined : surroundings.definitionOf(surroundings.tool)
  const names = own === undefined ? undefined : namesOf(own.input.ast)
  if (own === undefined || names === undefined) return undefined
  const rest = [...names].filter((name) => !Object.hasOwn(parameters, name))
  const wrong = misfit(own, parameters, [...fill, ...rest])
  return wrong === undefined ? undefined : `${named(made)} changes what ${own.name} would refuse: ${wrong}`
}

/** Names a step. Escapes would hide a secret from the redactor, and so would a cut: whoever tells it redacts, then cuts. */
const named = ({ action }: Action): string => `the step "${String(action).slice(0, 2_000).replace(/\s+/g, " ")}"`

const decoders = new WeakMap<Any, Arguments.Decoder>()

const decoderOf = (tool: Any): Arguments.Decoder => {
  const known = decoders.get(tool)
  if (known !== undefined) return known
  const { input, unknownArguments } = tool
  const made = Arguments.decoder({ input, unknownArguments, keyField: tool.keyed?.field, repair: false })
  decoders.set(tool, made)
  return made
}

/** Says what is wrong with parameters, beyond those that the caller is to fill in; `undefined` if nothing is. */
const misfit = (tool: Any, parameters: object, fill: ReadonlyArray<string>): string | undefined => {
  const names = namesOf(tool.input.ast)
  const stray = names === undefined ? undefined : fill.find((name) => !names.has(name))
  if (stray !== undefined) return `it has no argument ${JSON.stringify(stray)} to fill in`
  const decoded = decoderOf(tool)(parameters)
  if (Result.isSuccess(decoded)) return undefined
  const issues = ToolError.issues(decoded.failure)
  if (issues.length === 0) return decoded.failure.message
  // which object of a union is meant may be known only when all is filled in
  const wrong = issues.find(({ path }) => path.length === 0 ? fill.length === 0 : !fill.includes(String(path[0])))
  return wrong === undefined ? undefined : `${Issue.path(wrong)}: ${wrong.message}`
}

/** Returns the names of the arguments; `undefined` if any name will do. */
const namesOf = (ast: SchemaAST.AST): ReadonlySet<string> | undefined => {
  const names = new Set<string>()
  for (const member of membersOf(codecOf(ast))) {
    if (member._tag !== "Objects" || member.indexSignatures.length > 0) return undefined
    for (const { name } of member.propertySignatures) names.add(String(name))
  }
  return names
}

/** Holds steps that are known before a call fails, and whose they are. */
export interface StaticSteps {
  /** Says where they stand: "the guide for deploy, NotFound". */
  readonly where: string
  readonly steps: ReadonlyArray<RecoveryStep>
  /** The tools whose calls fail before. */
  readonly after: ReadonlyArray<Any>
}

/** Returns the steps of guides, of fields, and of the classes that tools declare, that are known now: lists, and functions without parameters. */
export const staticSteps = (
  tools: ReadonlyArray<Any>,
  guides: ReadonlyArray<Guide>
): ReadonlyArray<StaticSteps> => [
  ...guides.flatMap((guide) =>
    [...guide.steps].map(([tag, steps]) => ({
      where: `The guide for ${guide.tools.map((tool) => tool.name).join(", ")}, ${tag}`,
      after: guide.tools,
      steps: known(steps)
    }))
  ),
  ...tools.flatMap((tool) =>
    makersIn(tool.input.ast).map((make) => ({ where: `A field of ${tool.name}`, after: [tool], steps: known(make) }))
  ),
  ...tools.flatMap((tool) =>
    tool.errors.map((Class) => ({
      where: `The class ${Class.identifier}, which ${tool.name} declares`,
      after: [tool],
      steps: known(stepsOf(Class))
    }))
  )
]

/** Whatever cannot be known yet, a definition that is made later among it, is checked when it is told. */
const known = (steps: GuideSteps<never> | undefined): ReadonlyArray<RecoveryStep> => {
  try {
    const list = typeof steps === "function" && steps.length === 0 ? (steps as () => unknown)() : steps
    return Array.isArray(list) ? list as ReadonlyArray<RecoveryStep> : []
  } catch {
    return []
  }
}

/** Returns what can be done at each step: the step itself and its options. */
export const actionsOf = (step: RecoveryStep): ReadonlyArray<Action> => [step, ...step.options ?? []]
