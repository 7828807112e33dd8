import { describe, expect, it } from "@effect/vitest"
import * as Redaction from "@errata/core/Redaction"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { bind, recorder } from "./support/harness.ts"

describe("nothing that is marked leaves", () => {
  const secret = "MARKED-VALUE"
  const Marked = Redaction.sensitiveArgument(Schema.String)

  it.effect("of an error: not in the reply, not in the log, logged or raised or dying", () =>
    Effect.gen(function*() {
      class Account extends ToolError.Permanent<Account>()("Account", {
        id: Schema.String,
        iban: Redaction.sensitive(Schema.String),
        key: Schema.optionalKey(Schema.Redacted(Schema.String)),
        inner: Schema.optionalKey(Schema.Struct({ pin: Marked }))
      }, {
        type: "conflict",
        message: (e) => `Account ${e.id} ${e.iban ?? ""} ${e.inner?.pin ?? ""}`,
        suggestion: (e) => e.iban
      }) {}
      const declared = Tool.make("marked", { description: "d", errors: [Account], safety: "read" })
      const make = () => new Account({ id: "1", iban: secret, key: Redacted.make(secret), inner: { pin: secret } })
      const handlers = [
        () => Effect.fail(make()),
        () => Effect.die(make()),
        () => Effect.logError("x", make(), { error: make() }, [make()]).pipe(Effect.annotateLogs("error", make())),
        () => Effect.fail(make()).pipe(Effect.ensuring(Effect.die(make())))
      ]
      for (const handler of handlers) {
        const log = recorder()
        const call = yield* bind(Tool.handle(declared, () => handler()), { isDebugging: true }).pipe(
          Effect.provide(log.layer)
        )
        const left = JSON.stringify(yield* call({}).reply) + log.raw.join("\n")
        expect(log.raw.length).toBeGreaterThan(0)
        expect(left).not.toContain(secret)
      }
    }))

  const inputs: ReadonlyArray<readonly [name: string, input: Schema.Top, args: unknown]> = [
    ["an argument", Schema.Struct({ pin: Marked }), { pin: secret }],
    ["an optional one", Schema.Struct({ pin: Redaction.sensitive(Schema.String) }), { pin: secret }],
    ["one with a check", Schema.Struct({ pin: Marked.check(Schema.isMaxLength(99)) }), { pin: secret }],
    ["one that does not fit", Schema.Struct({ pin: Marked.check(Schema.isMaxLength(3)) }), { pin: secret }],
    ["one of another type", Schema.Struct({ pin: Redaction.sensitiveArgument(Schema.Finite) }), { pin: secret }],
    ["one inside another", Schema.Struct({ a: Schema.Struct({ pin: Marked, n: Schema.Finite }) }), {
      a: { pin: secret, n: "x" }
    }],
    ["one in a list", Schema.Struct({ a: Schema.Array(Marked) }), { a: [secret, 1] }],
    ["one in a union", Schema.Struct({ a: Schema.Union([Marked, Schema.Finite]) }), { a: secret }],
    ["a redacted one", Schema.Struct({ a: Schema.RedactedFromValue(Schema.String) }), { a: secret }],
    ["one that has another name on the wire", Schema.Struct({ pin: Marked }).pipe(Schema.encodeKeys({ pin: "code" })), {
      code: secret
    }],
    ["one of a class", class Given extends Schema.Class<Given>("Given")({ pin: Marked }) {}, { pin: secret }],
    ["one of a record", Schema.Record(Schema.String, Marked), { anything: secret }],
    [
      "one of a union of structs",
      Schema.Union([Schema.Struct({ pin: Marked }), Schema.Struct({ other: Schema.String })]),
      { pin: secret }
    ],
    ["one whose name is misspelt", Schema.Struct({ code: Marked, id: Schema.optionalKey(Schema.String) }), {
      coed: secret
    }],
    ["arguments that are no object", Schema.Struct({ code: Marked }), secret]
  ]

  it.effect.each(inputs.map(([name, input, args]) => ({ name, input, args })))(
    "of the arguments: $name",
    ({ args, input }) =>
      Effect.gen(function*() {
        const declared = Tool.make("marked", { description: "d", input: input as never, safety: "read" })
        const log = recorder()
        const call = yield* bind(Tool.handle(declared, () => Effect.void), { isDebugging: true }).pipe(
          Effect.provide(log.layer)
        )
        const left = JSON.stringify(yield* call(args).reply) + log.raw.join("\n")
        expect(log.lines[0]?.["arguments"]).toBeDefined()
        expect(left).not.toContain(secret)
      })
  )

  class Profile extends Schema.Class<Profile>("Profile")({
    name: Schema.String,
    pin: Redaction.sensitive(Schema.String),
    key: Schema.Redacted(Schema.String)
  }) {}
  const key = Redacted.make(secret)
  const outputs: ReadonlyArray<readonly [name: string, output: Schema.Top, value: unknown, reply: unknown]> = [
    ["a redacted field", Schema.Struct({ key: Schema.Redacted(Schema.String) }), { key }, { key: "[redacted]" }],
    ["a marked optional field", Schema.Struct({ a: Schema.Finite, pin: Redaction.sensitive(Schema.Finite) }), {
      a: 1,
      pin: 7
    }, { a: 1 }],
    ["a marked field", Schema.Struct({ pin: Marked }), { pin: secret }, { pin: "[redacted]" }],
    ["a marked field with a check", Schema.Struct({ pin: Marked.check(Schema.isMinLength(2)) }), { pin: secret }, {
      pin: "[redacted]"
    }],
    ["a field marked before it is transformed", Schema.Struct({ pin: Marked.pipe(Schema.decodeTo(Schema.Trim)) }), {
      pin: secret
    }, { pin: "[redacted]" }],
    ["a marked field with another name", Schema.Struct({ pin: Marked }).pipe(Schema.encodeKeys({ pin: "code" })), {
      pin: secret
    }, { code: "[redacted]" }],
    ["a class", Profile, new Profile({ name: "Ada", pin: secret, key }), { name: "Ada", key: "[redacted]" }],
    ["a list of classes", Schema.Array(Profile), [new Profile({ name: "Ada", pin: secret, key })], {
      result: [{ name: "Ada", key: "[redacted]" }]
    }],
    ["nothing but it", Schema.Redacted(Schema.String), key, { result: "[redacted]" }],
    ["a record", Schema.Record(Schema.String, Schema.Redacted(Schema.String)), { a: key }, { a: "[redacted]" }],
    ["a tuple", Schema.Tuple([Schema.Finite, Schema.Redacted(Schema.String)]), [1, key], { result: [1, "[redacted]"] }],
    ["perhaps nothing", Schema.Struct({ a: Schema.NullOr(Schema.Redacted(Schema.String)) }), { a: null }, { a: null }],
    [
      "one member of a union",
      Schema.Union([
        Schema.Struct({ k: Schema.Literal(1), s: Marked }),
        Schema.Struct({ k: Schema.Literal(2), s: Schema.String })
      ]),
      { k: 2, s: "fine" },
      { k: 2, s: "fine" }
    ],
    ["what can be neither masked nor left out", Schema.Struct({ a: Redaction.sensitiveArgument(Schema.Finite) }), {
      a: 424242
    }, undefined],
    ["a redacted number", Schema.Redacted(Schema.Finite), Redacted.make(424242), undefined],
    ["a map", Schema.ReadonlyMap(Schema.String, Schema.Redacted(Schema.String)), new Map([["a", key]]), undefined],
    [
      "an output that does not fit",
      Schema.Struct({ a: Schema.Finite, pin: Marked }),
      { a: "x", pin: secret },
      undefined
    ],
    ["a redacted value that does not fit", Schema.Struct({ a: Schema.Finite, key: Schema.Redacted(Schema.String) }), {
      a: "x",
      key
    }, undefined]
  ]

  it.effect.each(outputs.map(([name, output, value, reply]) => ({ name, output, value, reply })))(
    "of the output: $name",
    ({ output, reply, value }) =>
      Effect.gen(function*() {
        const declared = Tool.make("marked", { description: "d", output: output as never, safety: "read" })
        const log = recorder()
        const call = yield* bind(Tool.handle(declared, () => Effect.succeed(value as never)), { isDebugging: true })
          .pipe(Effect.provide(log.layer))
        const result = yield* call({}).reply
        expect(result.structuredContent).toEqual(reply)
        expect(JSON.stringify(result) + log.raw.join("\n")).not.toMatch(/MARKED-VALUE|424242/)
      })
  )
})
