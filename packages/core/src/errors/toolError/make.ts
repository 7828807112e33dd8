import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Schema from "effect/Schema"
import * as ErrorType from "../ErrorType.ts"
import { attempt } from "../internal/attempt.ts"
import { type FieldPlan, type Fields, planFields, refuseRequiredSecrets } from "../internal/errorFields.ts"
import { captureless } from "../internal/stack.ts"
import {
  type Definition,
  DefinitionId,
  type ErrorClass,
  type Family,
  type Reserved,
  type Spec,
  type ToolError,
  TypeId
} from "./model.ts"
import { definitionOf, is } from "./read.ts"

type CheckFields<F> = { readonly [K in keyof F]: K extends Reserved ? `The field name "${K}" is reserved` : F[K] }

/** Makes a class from its tag, its fields and what is known of its errors. */
export type Factory<Fam extends Family> = <Self = never>() => <
  Tag extends string,
  const F extends Schema.Struct.Fields
>(
  tag: Tag,
  fields: F & CheckFields<F>,
  spec: Spec<Schema.Struct.Type<F>>
) => [Self] extends [never] ? "Missing `Self`: write `class X extends ToolError.Permanent<X>()(\"X\", ...) {}`"
  : ErrorClass<Self, Tag, F, Fam>

/**
 * Decides whether stacks are captured for errors made in this fiber. Default: no.
 *
 * @category references
 * @since 0.1.0
 */
export const CaptureStacks: Context.Reference<boolean> = Context.Reference<boolean>("errata/ToolError/CaptureStacks", {
  defaultValue: () => false
})

const reserved: ReadonlySet<string> = new Set(["cause", "message", "name", "stack", "_tag"])

const refuseReserved = (tag: string, fields: Fields): void => {
  for (const name of Object.keys(fields)) {
    if (reserved.has(name)) throw new TypeError(`ToolError ${tag}: the field name "${name}" is reserved`)
  }
}

/** Makes the factory of a family. */
export const define = <Fam extends Family>(
  family: Fam,
  { isStock = false }: { readonly isStock?: boolean } = {}
): Factory<Fam> =>
  (() => (tag: string, fields: Fields, spec: Spec<unknown>) => {
    refuseReserved(tag, fields)
    refuseRequiredSecrets(tag, fields)
    if (spec.answers !== undefined && (spec.answers !== "success" || family !== "permanent")) {
      throw new TypeError(`ToolError ${tag}: only a permanent error may be answered as a "success"`)
    }
    const Base = Schema.TaggedError<object>()(tag, fields) as unknown as new(...args: Array<unknown>) => object
    let plan: FieldPlan | undefined
    const definition: Definition = {
      tag,
      family,
      type: typeof spec.type === "string" ? ErrorType.stock[spec.type] : spec.type,
      spec,
      plan: () => (plan ??= planFields(fields)),
      isStock
    }
    const withStack = spec.stack === true
    const Out = class extends Base {
      // The instance is made from the class that effect's errors begin with: Base would validate and throw.
      // @ts-expect-error
      // oxlint-disable-next-line constructor-super -- the instance is made by Reflect.construct, without Base
      constructor(props?: Record<string, unknown>, options?: { readonly "~payload"?: { readonly value: object } }) {
        const make = () => Reflect.construct(Data.Error as new() => object, [], new.target) as Record<string, unknown>
        const self = captureless(make, withStack ? true : CaptureStacks)
        self["_tag"] = tag
        const payload = options?.["~payload"]
        const plan = definition.plan()
        const given = payload === undefined ? attempt(() => plan.complete(props ?? {})) ?? props ?? {} : payload.value
        plan.assign(self, given as Record<string, unknown>)
        const cause = attempt(() => props?.["cause"])
        if (cause !== undefined) Object.defineProperty(self, "cause", { value: cause, configurable: true })
        return self as never
      }
      get message(): string {
        return render(this as unknown as ToolError, definition)
      }
    }
    identify(Out.prototype, definition)
    if (isStock) tellByShape(Out, definition)
    return Out
  }) as unknown as Factory<Fam>

/** Writes what an error is known by. */
const identify = (prototype: object, definition: Definition): void => {
  const { family, tag } = definition
  Object.defineProperty(prototype, "name", { value: tag, writable: true, configurable: true, enumerable: false })
  Object.defineProperty(prototype, TypeId, { value: family, enumerable: false })
  Object.defineProperty(prototype, DefinitionId, { value: definition, enumerable: false })
}

/**
 * Lets `instanceof` of a stock class go by what an error is: another copy of this package makes other ones. A subclass tells its
 * own as usual.
 */
const tellByShape = (Out: object, { tag }: Definition): void => {
  Object.defineProperty(Out, Symbol.hasInstance, {
    value(this: unknown, u: unknown): boolean {
      return attempt(() => Function.prototype[Symbol.hasInstance].call(this, u) || isOther(this, u)) === true
    }
  })
  const isOther = (Class: unknown, u: unknown): boolean => {
    if (Object.getPrototypeOf(Class) !== Out || !is(u)) return false
    const { isStock, tag: other } = definitionOf(u)
    return isStock && other === tag
  }
}

const render = (error: ToolError, definition: Definition): string => {
  try {
    return String(definition.spec.message(definition.plan().publicView(error)))
  } catch {
    return `${definition.type.title}.`
  }
}

/**
 * Makes a class of errors where the same call may succeed later: wait, then call again, if that is safe.
 *
 * @category constructors
 * @since 0.1.0
 */
export const Transient: Factory<"transient"> = /*#__PURE__*/ define("transient")

/**
 * Makes a class of errors where the same call will fail again until something else changes.
 *
 * @category constructors
 * @since 0.1.0
 */
export const Permanent: Factory<"permanent"> = /*#__PURE__*/ define("permanent")

/**
 * Makes a class of errors where the arguments are wrong: correct them and call again.
 *
 * @category constructors
 * @since 0.1.0
 */
export const Validation: Factory<"validation"> = /*#__PURE__*/ define("validation")
