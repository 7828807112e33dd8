import * as Schema from "effect/Schema"
import * as Workflow from "effect/workflow/Workflow"
import type * as ToolError from "../../errors/ToolError.ts"
import { canonical } from "../../idempotency/key/canonical.ts"
import { hash } from "../../idempotency/key/hash.ts"
import { type Failure, failureOf } from "./failure.ts"

/** Holds what the engine needs of a durable tool. */
export interface Plan {
  /** Names the definition: runs of another one are never read as runs of this one. */
  readonly definition: string
  /** Runs once for a key, and says whose it is. */
  readonly claim: Claim
  /** Does the work. */
  readonly work: Work
  /** Returns the engine's id of a run. */
  readonly idOf: (run: RunId) => ReturnType<typeof claimId>
  /** Returns the engine's id of the claim for a run. */
  readonly claimIdOf: (run: RunId) => ReturnType<typeof claimId>
}

/** Names a run: a key, and how many runs it had before. */
export interface RunId {
  readonly id: string
  readonly run: number
}

const key = ({ id, run }: RunId): string => `${id}/${run}`

const RunFields = { id: Schema.String, run: Schema.Int }

const Claimed = Schema.Struct({
  /** The fingerprint of the arguments that came first. */
  fingerprint: Schema.String,
  /** The definition under which they came. */
  definition: Schema.String,
  /** Tells the call that was first from the others. */
  call: Schema.String
})

/** Says whose a key is. */
export interface Claimed extends Schema.Schema.Type<typeof Claimed> {}

const claimOf = (name: string) =>
  Workflow.make(`${name}/claim`, {
    payload: { ...RunFields, ...Claimed.fields },
    success: Claimed,
    idempotencyKey: key
  })

type Claim = ReturnType<typeof claimOf>

/** Two versions of a tool share the claims: a key is used once, whatever the version. */
const claims = new Map<string, Claim>()

const claimFor = (name: string): Claim => {
  const known = claims.get(name)
  if (known !== undefined) return known
  const made = claimOf(name)
  claims.set(name, made)
  return made
}

const workOf = (tag: string, { errors, input, output }: Schemas) =>
  Workflow.make(tag, {
    payload: { ...RunFields, again: Schema.Record(Schema.String, Schema.Int), input: input as Schema.Codec<unknown> },
    success: Schema.Struct({ output: output as Schema.Codec<unknown> }),
    error: failureOf(errors),
    idempotencyKey: key
  })

type Work = ReturnType<typeof workOf>

/** An engine's id depends on the name and the key alone: that of a run can be told without its input. */
const twinOf = (tag: string) => Workflow.make(tag, { payload: RunFields, idempotencyKey: key })

const claimId = (twin: ReturnType<typeof twinOf>, run: RunId) => twin.executionId(run)

/** Returns the engine's id of the claim for a run of a tool. */
export const claimIdOf = (tool: string, { id, run }: RunId): ReturnType<typeof claimId> =>
  claimId(twinOf(`${tool}/claim`), { id, run })

/** Returns the engine's id of a run of a definition. */
export const workIdOf = (definition: string, { id, run }: RunId): ReturnType<typeof claimId> =>
  claimId(twinOf(definition), { id, run })

interface Schemas {
  readonly input: Schema.Top
  readonly output: Schema.Top
  readonly errors: ReadonlyArray<ToolError.AnyClass>
}

/** Databases keep a definition in a column of 150 characters, beside a name of at most 64. */
const isPlain = (version: string): boolean => /^[\x20-\x7e]{1,40}$/.test(version)

/** Makes what the engine needs. The shape of the schemas is a part of the name: what they no longer fit is not read with them. */
export const planOf = (name: string, version: string, schemas: Schemas): Plan => {
  const shape = shapeOf([schemas.input, schemas.output, ...schemas.errors])
  const definition = `${name}/${isPlain(version) ? version : hash(version).slice(0, 12)}/${shape}`
  const work = twinOf(definition)
  const claim = twinOf(`${name}/claim`)
  return {
    definition,
    claim: claimFor(name),
    work: workOf(definition, schemas),
    idOf: (run) => claimId(work, run),
    claimIdOf: (run) => claimId(claim, run)
  }
}

/** Tests whether an engine's failure may be followed by another run: nothing of it is left. */
export const leftNothing = ({ end }: Failure): boolean => end?.left.length === 0 && end.stuck.length === 0

/** Returns a text that is another one if any of the schemas takes something else. */
export const shapeOf = (schemas: ReadonlyArray<Schema.Top>): string => hash(...schemas.map(textOf)).slice(0, 12)

const texts = new WeakMap<Schema.Top, string>()

const textOf = (schema: Schema.Top): string => {
  const known = texts.get(schema)
  if (known !== undefined) return known
  const { definitions, schema: root } = Schema.toJsonSchemaDocument(Schema.toCodecJson(schema))
  const text = canonical(bare({ root, definitions }))
  texts.set(schema, text)
  return text
}

/** These tell people and models about a value, and say nothing of what it is. */
const words = new Set(["title", "description", "examples", "$comment", "default", "deprecated"])

/** Takes the words out of a JSON Schema. The names of properties and definitions are no words. */
const bare = (schema: unknown, areNames = false): unknown => {
  if (Array.isArray(schema)) return schema.map((item) => bare(item))
  if (typeof schema !== "object" || schema === null) return schema
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([name]) => areNames || !words.has(name))
      .map(([name, value]) => [name, bare(value, !areNames && (name === "properties" || name === "definitions"))])
  )
}
