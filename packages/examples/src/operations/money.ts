/**
 * Models money: a number with at most two decimals on the wire, whole cents everywhere else.
 */
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"

/** The most that one charge may cost, in cents. */
const most = 100_000_000

const toCents = (amount: number): number => Math.round(amount * 100)

/** Writes cents as an amount. */
export const format = (cents: number): string => (cents / 100).toFixed(2)

const asCents = SchemaTransformation.transform({ decode: toCents, encode: (cents: number) => cents / 100 })

/** An amount of money, in cents; over the wire it has at most two decimals. */
export const Money = Schema.Finite.pipe(Schema.decodeTo(Schema.Int, asCents))

/** An amount that can be charged. */
export const Price = Schema.Finite.check(
  Schema.makeFilter((amount) => toCents(amount) >= 1 && toCents(amount) <= most && toCents(amount) / 100 === amount, {
    expected: `an amount from 0.01 to ${format(most)} with at most two decimals`
  })
).pipe(Schema.decodeTo(Schema.Int, asCents))
