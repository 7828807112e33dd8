/** What clients send, and what is made of it. */
import { describe, expect, it } from "@effect/vitest"
import * as Arguments from "@errata/core/Arguments"
import * as Errors from "@errata/core/Errors"
import * as Issue from "@errata/core/Issue"
import * as Limits from "@errata/core/Limits"
import * as RecoveryStep from "@errata/core/RecoveryStep"
import * as Redaction from "@errata/core/Redaction"
import * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

type Decided = {
  readonly value?: unknown
  readonly told?: ReadonlyArray<string>
  readonly lines?: ReadonlyArray<string>
}

const decide = (
  input: Schema.Top,
  args: unknown,
  options?: Omit<Arguments.Options, "input">
): Decided => {
  const result = Arguments.decoder({ input, ...options })(args)
  if (result._tag === "Success") {
    const { dropped, repaired, value } = result.success
    return { value, told: [...repaired, ...dropped.map((name) => `without ${name}`)] }
  }
  const error = result.failure
  return error._tag === "TooLarge"
    ? { lines: [error.message] }
    : { lines: error.issues.map((issue) => `${Issue.path(issue)}: ${issue.message}`) }
}

const Find = Schema.Struct({
  query: Schema.optionalKey(Schema.String),
  limit: Schema.optionalKey(Schema.Int),
  tags: Schema.optionalKey(Schema.Array(Schema.String)),
  parent: Schema.optionalKey(Schema.Struct({ page_id: Schema.String, position: Schema.optionalKey(Schema.Int) })),
  deep: Schema.optionalKey(Schema.Boolean),
  score: Schema.optionalKey(Schema.Finite),
  any_number: Schema.optionalKey(Schema.Number),
  nullable: Schema.optionalKey(Schema.NullOr(Schema.String)),
  text_or_list: Schema.optionalKey(Schema.Union([Schema.String, Schema.Array(Schema.String)])),
  number_or_list: Schema.optionalKey(Schema.Union([Schema.Finite, Schema.Array(Schema.Finite)])),
  auto_or_number: Schema.optionalKey(Schema.Union([Schema.Literal("auto"), Schema.Int])),
  level: Schema.optionalKey(Schema.Literals([1, 2, 3])),
  version: Schema.optionalKey(Schema.Literals(["1", "2"])),
  since: Schema.optionalKey(Schema.DateTimeUtcFromString),
  page: Schema.optionalKey(Schema.FiniteFromString),
  defaulted: Schema.Int.pipe(Schema.withDecodingDefaultKey(Effect.succeed(7))),
  map: Schema.optionalKey(Schema.Record(Schema.String, Schema.Int)),
  anything: Schema.optionalKey(Schema.Unknown),
  idempotency_key: Schema.optionalKey(Schema.String),
  token: Schema.optionalKey(Redaction.sensitiveArgument(Schema.String)),
  pins: Schema.optionalKey(Redaction.sensitiveArgument(Schema.Array(Schema.Int))),
  opaque: Schema.optionalKey(Arguments.verbatim(Schema.String)),
  rows: Schema.optionalKey(Schema.Array(Schema.Struct({ id: Schema.Int, note: Schema.optionalKey(Schema.String) })))
})
const d = { defaulted: 7 }

describe("is taken as it was probably meant", () => {
  it.each<[unknown, object, ReadonlyArray<string>]>([
    // absent
    [null, d, []],
    [undefined, d, []],
    [{ limit: null, tags: null }, d, ["limit: null to absent", "tags: null to absent"]],
    [{ defaulted: null }, d, ["defaulted: null to absent"]],
    [{ idempotency_key: null, token: null }, d, ["idempotency_key: null to absent", "token: null to absent"]],
    [{ parent: { page_id: "1", position: null } }, { ...d, parent: { page_id: "1" } }, [
      "parent.position: null to absent"
    ]],
    [{ rows: [{ id: 1, note: null }] }, { ...d, rows: [{ id: 1 }] }, ["rows[0].note: null to absent"]],
    // JSON as text
    [{ tags: "[\"a\",\"b\"]" }, { ...d, tags: ["a", "b"] }, ["tags: text to array"]],
    [{ tags: " [] " }, { ...d, tags: [] }, ["tags: text to array"]],
    [{ parent: "{\"page_id\":\"1\"}" }, { ...d, parent: { page_id: "1" } }, ["parent: text to object"]],
    [{ rows: ["{\"id\":1}"] }, { ...d, rows: [{ id: 1 }] }, ["rows[0]: text to object"]],
    // numbers and booleans as text
    [{ limit: "5" }, { ...d, limit: 5 }, ["limit: text to number"]],
    [{ limit: "-5" }, { ...d, limit: -5 }, ["limit: text to number"]],
    [{ score: "0.25" }, { ...d, score: 0.25 }, ["score: text to number"]],
    [{ any_number: "5" }, { ...d, any_number: 5 }, ["any_number: text to number"]],
    [{ level: "2" }, { ...d, level: 2 }, ["level: text to number"]],
    [{ deep: "true" }, { ...d, deep: true }, ["deep: text to boolean"]],
    [{ deep: "false" }, { ...d, deep: false }, ["deep: text to boolean"]],
    [{ map: { a: "1", b: 2 } }, { ...d, map: { a: 1, b: 2 } }, ["map.a: text to number"]],
    [{ rows: [{ id: "3" }] }, { ...d, rows: [{ id: 3 }] }, ["rows[0].id: text to number"]],
    // text as numbers and booleans
    [{ query: 5 }, { ...d, query: "5" }, ["query: number to text"]],
    [{ query: true }, { ...d, query: "true" }, ["query: boolean to text"]],
    [{ version: 2 }, { ...d, version: "2" }, ["version: number to text"]],
    [{ page: 3 }, { ...d, page: 3 }, ["page: number to text"]],
    [{ text_or_list: 3 }, { ...d, text_or_list: "3" }, ["text_or_list: number to text"]],
    [{ number_or_list: "[1]" }, { ...d, number_or_list: [1] }, ["number_or_list: text to array"]],
    // arguments of hosts
    [{ wait_for_previous: true }, d, ["without wait_for_previous"]],
    [{ _meta: {} }, d, ["without _meta"]],
    [
      { query: "x", toolCallId: "c1", sessionId: "s", action: "sendMessage", chatInput: "hi" },
      { ...d, query: "x" },
      ["without toolCallId", "without sessionId", "without action", "without chatInput"]
    ]
  ])("%j", (args, value, told) => {
    const decided = decide(Find, args)
    expect(decided.value).toEqual(value)
    expect(decided.told).toEqual(told)
  })

  it("also where the whole came as text, and where a union of objects is meant by its tag", () => {
    expect(decide(Schema.Struct({ a: Schema.Int }), "{\"a\":1}")).toEqual({
      value: { a: 1 },
      told: ["(arguments): text to object"]
    })
    const input = Schema.Union([
      Schema.Struct({ kind: Schema.Literal("id"), id: Schema.Int }),
      Schema.Struct({ kind: Schema.Literal("name"), name: Schema.String })
    ])
    expect(decide(input, { kind: "id", id: "3" })).toEqual({
      value: { kind: "id", id: 3 },
      told: ["id: text to number"]
    })
    expect(decide(input, { kind: "name", name: 3 })).toEqual({
      value: { kind: "name", name: "3" },
      told: ["name: number to text"]
    })
  })

  it("leaves what was sent as it was", () => {
    const args = { tags: "[\"a\"]", parent: { page_id: "1", position: "3" }, limit: null, wait_for_previous: true }
    const before = structuredClone(args)
    decide(Find, args)
    expect(args).toEqual(before)
  })

  it("drops what a host adds to a tool that takes nothing", () => {
    expect(decide(Schema.Struct({}), { random_string: "x" })).toEqual({ value: {}, told: ["without random_string"] })
  })
})

describe("is refused, and said why", () => {
  it.each<[unknown, ReadonlyArray<string>]>([
    [[], ["(arguments): Expected object, got array"]],
    ["x", ["(arguments): Expected object, got text"]],
    [3, ["(arguments): Expected object, got number"]],
    [true, ["(arguments): Expected object, got boolean"]],
    [{ limit: "5.5" }, ["limit: Expected an integer"]],
    [{ limit: "05" }, ["limit: Expected number, got text"]],
    [{ limit: "1e3" }, ["limit: Expected number, got text"]],
    [{ limit: "9007199254740993" }, ["limit: Expected number, got text"]],
    [{ limit: " 5" }, ["limit: Expected number, got text"]],
    [{ limit: "NaN" }, ["limit: Expected number, got text"]],
    [{ score: "Infinity" }, ["score: Expected number, got text"]],
    [{ score: "-0" }, ["score: Expected number, got text"]],
    [{ deep: "True" }, ["deep: Expected boolean, got text"]],
    [{ deep: 1 }, ["deep: Expected boolean, got number"]],
    [{ query: 1.5 }, ["query: Expected string, got number"]],
    [{ query: 2 ** 60 }, ["query: Expected string, got number"]],
    [{ query: ["x"] }, ["query: Expected string, got array"]],
    [{ tags: "a,b" }, ["tags: Expected array, got text"]],
    [{ tags: "{}" }, ["tags: Expected array, got text"]],
    [{ tags: "[1" }, ["tags: Expected array, got text"]],
    [{ tags: "null" }, ["tags: Expected array, got text"]],
    [{ parent: null, defaulted: "x" }, ["defaulted: Expected number, got text"]],
    [{ parent: { page_id: null } }, ["parent.page_id: Expected string, got null"]],
    [{ tags: [null] }, ["tags[0]: Expected string, got null"]],
    [{ auto_or_number: "5" }, ["auto_or_number: Expected string or number"]],
    // what came out of a text is not repaired again
    [{ tags: "[1]" }, ["tags[0]: Expected string, got number"]],
    [{ parent: "{\"page_id\":\"1\",\"position\":\"2\"}" }, [
      "parent.position: Expected number, got text that holds a number: send the number itself"
    ]],
    [{ rows: "[{\"id\":1,\"note\":null}]" }, ["rows[0].note: Expected string, got null: it may be left out"]],
    [{ tags: "\"[]\"" }, ["tags: Expected array, got text"]],
    // what must stay as it came
    [{ idempotency_key: 5 }, ["idempotency_key: Expected string, got number"]],
    [{ opaque: 5 }, ["opaque: Expected string, got number"]],
    [{ token: 5 }, ["token: Expected string, got number"]],
    [{ pins: "[1]" }, ["pins: Expected array, got text"]],
    [{ pins: ["1"] }, ["pins[0]: Expected number, got text"]],
    // unknown arguments
    [{ qeury: "x" }, ["qeury: Unknown argument; did you mean \"query\"?"]],
    [{ wait_for_previous: "yes" }, [expect.stringMatching(/^wait_for_previous: Unknown argument/) as never]],
    [{ random_string: "x" }, [expect.stringMatching(/^random_string: Unknown argument/) as never]],
    [{ sessionId: "s" }, [expect.stringMatching(/^sessionId: Unknown argument/) as never]],
    [{ toolCallId: 3 }, [expect.stringMatching(/^toolCallId: Unknown argument/) as never]]
  ])("%j", (args, lines) => expect(decide(Find, args)).toEqual({ lines }))

  it("arguments that are no object, also where the schema would take anything", () => {
    for (const [args, kind] of [[[], "array"], ["x", "text"], [3, "number"], [true, "boolean"]] as const) {
      expect(decide(Schema.Struct({}), args)).toEqual({ lines: [`(arguments): Expected object, got ${kind}`] })
    }
    expect(decide(Schema.Struct({}), "{}")).toEqual({ value: {}, told: ["(arguments): text to object"] })
    expect(decide(Schema.Struct({}), "[]").lines).toEqual(["(arguments): Expected object, got text"])
  })

  it("tells what is left after the repairs, at every depth", () => {
    expect(decide(Find, { limit: "5", tags: "x", parent: { pageId: "1" }, wait_for_previous: true, qury: 1 })).toEqual({
      lines: [
        "qury: Unknown argument; did you mean \"query\"?",
        "tags: Expected array, got text",
        "parent.page_id: Required",
        "parent.pageId: Unknown argument; did you mean \"page_id\"?"
      ]
    })
  })

  it("keeps a host's name that may be a misspelt one", () => {
    const input = Schema.Struct({ session_id: Schema.String, actions: Schema.optionalKey(Schema.String) })
    expect(decide(input, { toolCallId: "1", sessionId: "s", action: "x" })).toEqual({
      lines: [
        "sessionId: Unknown argument; did you mean \"session_id\"?",
        "action: Unknown argument; did you mean \"actions\"?",
        "session_id: Required"
      ]
    })
    const declared = Schema.Struct({ _meta: Schema.Int, wait_for_previous: Schema.Boolean, n: Schema.Int })
    expect(decide(declared, { _meta: 1, wait_for_previous: true, n: "2" }).value).toEqual({
      _meta: 1,
      wait_for_previous: true,
      n: 2
    })
  })

  it("nothing is known of a record's names, so nothing of it is dropped as long as it fits", () => {
    const record = Schema.Record(Schema.String, Schema.Unknown)
    expect(decide(record, { wait_for_previous: true })).toEqual({ value: { wait_for_previous: true }, told: [] })
    const numbers = Schema.Record(Schema.String, Schema.Int)
    expect(decide(numbers, { a: "1", wait_for_previous: true })).toEqual({
      value: { a: 1 },
      told: ["a: text to number", "without wait_for_previous"]
    })
  })

  it("a name that no member of a union declares", () => {
    const input = Schema.Union([Schema.Struct({ a: Schema.Int }), Schema.Struct({ b: Schema.Int })])
    expect(decide(input, { a: 1, c: 2 })).toEqual({ lines: ["c: Unknown argument; the known ones are a, b"] })
    expect(decide(input, { b: 1 })).toEqual({ value: { b: 1 }, told: [] })
  })
})

describe("options", () => {
  it("repair: false tells instead", () => {
    expect(decide(Find, { limit: "5", tags: null, _meta: {} }, { repair: false })).toEqual({
      lines: [
        expect.stringMatching(/^_meta: Unknown argument/),
        "limit: Expected number, got text that holds a number: send the number itself",
        "tags: Expected array, got null: it may be left out"
      ]
    })
    expect(decide(Find, null, { repair: false })).toEqual({ value: d, told: [] })
  })

  it("unknownArguments: \"ignore\" lets them pass, and says nothing of what nobody refused", () => {
    const ignore = { unknownArguments: "ignore" } as const
    expect(decide(Find, { x: 1, _meta: {} }, ignore)).toEqual({ value: d, told: [] })
    expect(decide(Find, { x: 1, limit: "5" }, ignore)).toEqual({
      value: { ...d, limit: 5 },
      told: ["limit: text to number"]
    })
  })
})

describe("a field's own steps", () => {
  const environment = Schema.Literals(["development", "staging", "production"]).pipe(
    Arguments.steps((received) => [RecoveryStep.manual(`Deploy to staging instead of ${String(received)}`)])
  )
  const stepsOf = (input: Schema.Top, args: unknown): unknown => {
    const result = Arguments.decoder({ input })(args)
    return result._tag === "Failure" ? ToolError.guidance(result.failure).steps : "decoded"
  }

  it("come along where its value is wrong or missing, and only there", () => {
    const input = Schema.Struct({
      app: Schema.String,
      environment,
      inner: Schema.optionalKey(Schema.Struct({ environment }))
    })
    expect(stepsOf(input, { app: "a", environment: "prod" })).toEqual([{ action: "Deploy to staging instead of prod" }])
    expect(stepsOf(input, { app: "a" })).toEqual([{ action: "Deploy to staging instead of undefined" }])
    expect(stepsOf(input, { environment: "staging" })).toBeUndefined()
    expect(stepsOf(input, { app: "a", environment: "staging", inner: { environment: "x" } })).toEqual([
      { action: "Deploy to staging instead of x" }
    ])
    expect(decide(input, { app: "a", environment: "stagin" }).lines).toEqual([
      "environment: Expected one of \"development\", \"staging\", \"production\"; did you mean \"staging\"?"
    ])
  })

  it("are told nothing that is sensitive, and cost no reply where they fail", () => {
    const seen: Array<unknown> = []
    const note = Arguments.steps((received) => {
      seen.push(received)
      throw new Error("no steps")
    })
    const input = Schema.Struct({ pin: note(Redaction.sensitiveArgument(Schema.Int)), n: note(Schema.Int) })
    expect(stepsOf(input, { pin: "SECRET", n: [] })).toBeUndefined()
    expect(seen).toEqual([undefined])
    expect(stepsOf(Schema.Struct({ n: note(Schema.Int) }), { n: [] })).toBeUndefined()
    expect(seen).toEqual([undefined, []])
  })
})

describe("bounds", () => {
  const nested = (depth: number): unknown => {
    let value: unknown = {}
    for (let i = 1; i < depth; i++) value = { a: value }
    return value
  }
  const Any = Schema.Record(Schema.String, Schema.Unknown)

  it("more than the limit is refused undecoded, and nothing within it is", () => {
    const limits = Limits.make({ arguments: 1000 })
    for (
      const make of [
        (n: number) => ({ a: "x".repeat(n) }),
        (n: number) => ({ a: Array.from({ length: n }, () => 1) }),
        (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [String(i), null])),
        (n: number) => ({ a: Array.from({ length: n }, () => ({ b: [] })) })
      ]
    ) {
      for (let n = 1; n < 1200; n += 7) {
        const fits = JSON.stringify(make(n)).length <= 1000
        if (fits) expect(decide(Any, make(n), { limits }).lines).toBeUndefined()
      }
      expect(decide(Any, make(5000), { limits }).lines).toEqual([
        "The JSON of the arguments is too large: at most 1000 characters are allowed"
      ])
    }
    const error = Arguments.decoder({ input: Any, limits })({ a: "x".repeat(2000) })
    expect(error._tag === "Failure" && error.failure).toBeInstanceOf(Errors.TooLarge)
  })

  it("what is nested too deep is refused, and a hundred thousand levels end nothing", () => {
    expect(decide(Any, nested(512)).lines).toBeUndefined()
    for (const depth of [513, 100_000]) {
      expect(decide(Any, nested(depth)).lines).toEqual(["(arguments): Expected at most 512 levels of nesting"])
    }
    interface Tree {
      readonly a?: Tree
    }
    const Tree: Schema.Codec<Tree> = Schema.Struct({ a: Schema.optionalKey(Schema.suspend(() => Tree)) })
    expect(decide(Tree, nested(512)).lines).toBeUndefined()
    const wrong = JSON.parse(JSON.stringify(nested(511)).replace("{}", "{\"a\":3}")) as unknown
    expect(decide(Tree, wrong).lines?.[0]).toMatch(/^a\.a\..*: Expected object, got number$/)
  })

  it("a million wrong items are not all looked at, and nothing wrong is said of what was not", () => {
    const input = Schema.Struct({
      items: Schema.Array(Schema.Int).check(Schema.isMinLength(3000)),
      name: Schema.String,
      map: Schema.optionalKey(Schema.Record(Schema.String, Schema.Int))
    })
    const decode = Arguments.decoder({ input })
    const issuesOf = (args: unknown): ReadonlyArray<Issue.Issue> => {
      const result = decode(args)
      return result._tag === "Failure" && result.failure._tag === "InvalidArguments" ? result.failure.issues : []
    }
    const all = issuesOf({ items: Array.from({ length: 1_000_000 }, () => "x") })
    expect(all).toHaveLength(100)
    expect(Issue.path(all[0]!)).toBe("items[0]")
    expect(Issue.omitted(all)).toBe(Infinity)
    const late = Array.from({ length: 20_000 }, (_, i) => i === 15_000 || i === 16_000 ? "x" : 1)
    expect(issuesOf({ items: late, name: "a" }).map(Issue.path)).toEqual(["items[15000]", "items[16000]"])
    // the name is missing, and the list is long enough though it was cut
    expect(issuesOf({ items: Array.from({ length: 20_000 }, () => 1) }).map(Issue.path)).toEqual(["name"])
    expect(issuesOf({ items: [1, 2], name: "a" }).map((issue) => Issue.path(issue))).toEqual(["items"])
    const map = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`k${i}`, i === 40_000 ? "x" : i]))
    expect(issuesOf({ items: Array.from({ length: 3000 }, () => 1), name: "a", map }).map(Issue.path)).toEqual([
      "map.k40000"
    ])
  })

  it("a hundred thousand unknown arguments are counted, and the first of them told", () => {
    const args = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`argument${i}`, 1]))
    const result = Arguments.decoder({ input: Schema.Struct({ query: Schema.String }) })(args)
    const issues = result._tag === "Failure" && result.failure._tag === "InvalidArguments" ? result.failure.issues : []
    expect(issues).toHaveLength(100)
    expect(Issue.omitted(issues)).toBe(99_901)
  })

  it("as many repairs are told as may be", () => {
    const input = Schema.Struct({ ids: Schema.Array(Schema.Int) })
    const decided = decide(input, { ids: Array.from({ length: 1000 }, (_, i) => String(i)) })
    expect((decided.value as { readonly ids: ReadonlyArray<number> }).ids).toHaveLength(1000)
    expect(decided.told).toHaveLength(20)
    expect(decided.told?.[0]).toBe("ids[0]: text to number")
  })
})
