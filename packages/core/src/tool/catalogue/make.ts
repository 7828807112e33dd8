import * as Schema from "effect/Schema"
import * as Advice from "../../errors/Advice.ts"
import * as Errors from "../../errors/Errors.ts"
import { isRepeatable } from "../../errors/internal/advice.ts"
import { attempt } from "../../errors/internal/attempt.ts"
import type { RecoveryStep } from "../../errors/RecoveryStep.ts"
import * as ToolError from "../../errors/ToolError.ts"
import { definitionOf } from "../../errors/toolError/read.ts"
import { isSensitive } from "../../redaction/internal/sensitive.ts"
import type { Guide, GuideSteps } from "../definition/guide.ts"
import type { Any } from "../definition/model.ts"
import * as JsonSchema from "../JsonSchema.ts"
import type { Catalogue, Entry, ToolErrors } from "./model.ts"
import { sampleOf } from "./sample.ts"

/**
 * Describes what a catalogue is made of: tools, or tools with their handlers.
 *
 * @category models
 * @since 0.1.0
 */
export type Tools = ReadonlyArray<
  | Any
  | {
    /** The definition of a tool with its handler. */
    readonly tool: Any
  }
>

/**
 * Configures what a catalogue says besides what the tools declare.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** Says what to do next about errors, tool by tool; as in the options of hosts. Default: none. */
  readonly guides?: ReadonlyArray<Guide> | undefined
}

/**
 * Lists every error that tools may answer with, as their declarations have it: those that each declares, and those of the adapter's own,
 * such as `InvalidArguments`.
 *
 * **Details**
 *
 * Nothing runs but the functions of the classes and guides that write messages, suggestions and steps: they are called with made-up
 * fields (`<document_id>`). Where such a function throws, what it would have written is left out.
 *
 * @category constructors
 * @since 0.1.0
 */
export const of = (tools: Tools, options: Options = {}): Catalogue => ({
  tools: tools.map((given) => ofTool(toolOf(given), options.guides ?? []))
})

/** Returns the definition of what is given with or without a handler. */
export const toolOf = (given: Any | { readonly tool: Any }): Any => "tool" in given ? given.tool : given

const ofTool = (tool: Any, guides: ReadonlyArray<Guide>): ToolErrors => {
  const declared = new Set(tool.errors.map(({ identifier }) => identifier))
  const own = ownErrors(tool).filter(({ Class }) => !declared.has(Class.identifier))
  return {
    tool: tool.name,
    ...tool.title === undefined ? {} : { title: tool.title },
    safety: tool.safety,
    errors: [
      ...tool.errors.map((Class) => entryOf(tool, Class, { guides, origin: "declared", runs: true })),
      ...own.map(({ Class, runs, when }) => entryOf(tool, Class, { guides, origin: "adapter", runs, when }))
    ]
  }
}

/** Describes an error with which the adapter itself answers. */
interface Own {
  readonly Class: ToolError.AnyClass
  /** Says when, where the class speaks of more than that. */
  readonly when?: string | undefined
  /** Is true if the handler runs before. */
  readonly runs: boolean
}

const ownErrors = (tool: Any): ReadonlyArray<Own> => [
  { Class: Errors.InvalidArguments, when: "The arguments do not fit the tool's schema", runs: false },
  { Class: Errors.TooLarge, when: "The arguments are larger than the server takes", runs: false },
  { Class: Errors.Timeout, when: "The call takes longer than it may", runs: true },
  ...tool.keyed === undefined ? [] : ofKeys,
  ...isBatch(tool) ? [{ Class: Errors.BatchFailed, runs: true }] : [],
  { Class: Errors.InternalError, when: "Something fails that the tool does not declare", runs: true }
]

const ofKeys: ReadonlyArray<Own> = [
  { Class: Errors.IdempotencyConflict, runs: false },
  { Class: Errors.InProgress, runs: false },
  {
    Class: Errors.OutcomeUnknown,
    when: "An earlier call with the key was lost, and it is not known whether it took effect",
    runs: false
  },
  { Class: Errors.Unavailable, when: "The store of idempotency keys cannot be reached", runs: false },
  {
    Class: Errors.ProcessingError,
    when: "What was kept of an earlier call with the key cannot be told again",
    runs: false
  }
]

const isBatch = ({ output: { ast: { annotations, checks } } }: Any): boolean =>
  [annotations, ...(checks ?? []).map((check) => check.annotations)].some((found) =>
    found?.["errata/batch"] !== undefined
  )

interface Facts {
  readonly guides: ReadonlyArray<Guide>
  readonly origin: Entry["origin"]
  readonly runs: boolean
  readonly when?: string | undefined
}

const entryOf = (tool: Any, Class: ToolError.AnyClass, { guides, origin, runs, when }: Facts): Entry => {
  const { family, spec, type } = definitionOf(Class.prototype as ToolError.Any)
  const { fields } = Class as unknown as { readonly fields: Schema.Struct.Fields }
  const { fields: made, required, template } = sampleOf(fields)
  const error: ToolError.Any = new Class(made as never)
  const guided = attempt(() => ToolError.guidance(error)) ?? {}
  const steps = stepsOf(error, tool, guides) ?? guided.steps
  const details = schemaOf(Class.identifier, fields)
  return {
    error: Class.identifier,
    type: type.name,
    title: type.title,
    category: family,
    ...orNothing("when", when ?? spec.when),
    message: template(messageOf(error, type.title)),
    ...advised(tool, new Class(required as never) as ToolError.Any, runs, template),
    ...guided.suggestion === undefined ? {} : { suggestion: template(guided.suggestion) },
    ...steps === undefined || steps.length === 0 ? {} : { steps: templated(steps, template) },
    ...orNothing("details", details),
    origin
  }
}

const orNothing = <K extends string, A>(key: K, value: A | undefined): { readonly [_ in K]?: A } =>
  (value === undefined ? {} : { [key]: value }) as { readonly [_ in K]?: A }

/** Of an error about arguments the message counts what is wrong with them: without any there is only the title. */
const messageOf = (error: ToolError.Any, title: string): string =>
  ToolError.is(error) && error._tag === "InvalidArguments" ? title : attempt(() => error.message) ?? title

const advised = (
  { effects, name, safety }: Any,
  error: ToolError.Any,
  runs: boolean,
  template: (text: string) => string
): Pick<Entry, "advice" | "advice_if_open" | "type_if_open" | "resolved_by"> => {
  const circumstances = { tool: name, safety, started: runs }
  const calm = Advice.of(error, { ...circumstances, isOpen: false })
  const open = Advice.of(error, { ...circumstances, isOpen: runs && !isRepeatable(safety) })
  const isAlwaysOpen = runs && !isRepeatable(safety) && effects !== "marked"
  const told = isAlwaysOpen ? open : calm
  return {
    advice: template(told.sentence),
    ...told.sentence === open.sentence ? {} : { advice_if_open: template(open.sentence) },
    ...open.type.name === ToolError.type(error).name ? {} : { type_if_open: open.type.name },
    ...orNothing("resolved_by", told.resolvedBy)
  }
}

/** The last guide that knows the tool and the tag wins, as in replies. */
const stepsOf = (
  error: ToolError.Any,
  tool: Any,
  guides: ReadonlyArray<Guide>
): ReadonlyArray<RecoveryStep> | undefined => {
  const known: GuideSteps<never> | undefined = guides
    .filter((guide) => guide.tools.some(({ name }) => name === tool.name))
    .map((guide) => guide.steps.get(error._tag))
    .findLast((steps) => steps !== undefined)
  return typeof known === "function" ? attempt(() => known(error as never)) : known
}

const templated = (
  steps: ReadonlyArray<RecoveryStep>,
  template: (text: string) => string
): ReadonlyArray<RecoveryStep> =>
  attempt(() => JSON.parse(template(JSON.stringify(steps))) as ReadonlyArray<RecoveryStep>) ?? []

/** Describes the details that leave: nothing sensitive, and no issues, which stand beside them. */
const schemaOf = (tag: string, fields: Schema.Struct.Fields): JsonSchema.JsonSchema | undefined => {
  const open = Object.entries(fields).filter(([name, schema]) =>
    name !== "_tag" && !(tag === "InvalidArguments" && name === "issues") &&
    attempt(() => isSensitive((schema as Schema.Top).ast)) === false
  )
  return open.length === 0
    ? undefined
    : attempt(() => JsonSchema.fromSchema(Schema.Struct(Object.fromEntries(open))))
}
