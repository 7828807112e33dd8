import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import * as Degrade from "@errata/core/Degrade"
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import { register } from "@errata/mcp-adapter/sdk"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"

/** What a model is told, to the character: the official client holds each answer against the listed schema. */

const Weather = Degrade.parts({
  required: { current: Schema.Struct({ temperature_c: Schema.Finite }) },
  optional: { forecast: Schema.Array(Schema.String), alerts: Schema.Struct({ until: Schema.Date }) }
})

const scenes = ["all", "none_optional", "stale", "current_fails", "hangs", "dies", "not_asked", "cancel"] as const

const getWeather = Tool.make("get_weather", {
  description: "Returns the weather.",
  input: Schema.Struct({ scene: Schema.Literals(scenes) }),
  output: Weather.schema,
  errors: [Errors.NotFound],
  safety: "read",
  timeout: "300 millis"
})

const begun = Deferred.makeUnsafe<void>()
const released = Deferred.makeUnsafe<ReadonlyArray<string>>()

const handled = Tool.handle(getWeather, ({ scene }) => {
  const current = Effect.succeed({ temperature_c: 21 })
  const forecast = { effect: Effect.succeed(["rain"]), impact: "There is no outlook for the next days" }
  const alerts = { effect: Effect.succeed({ until: new Date(0) }), impact: "Warnings may be missed" }
  const down = Effect.fail(
    new Errors.Unavailable({ service: "The service", reason: "postgres://app:hunter2@db/main\nError: ok" })
  )
  const names: Array<string> = []
  const held = (name: string) =>
    Effect.onInterrupt(
      Effect.andThen(Deferred.succeed(begun, undefined), Effect.never),
      () => Effect.suspend(() => names.push(name) === 2 ? Deferred.succeed(released, names) : Effect.void)
    )
  switch (scene) {
    case "all":
      return Weather.collect({ current, forecast, alerts })
    case "none_optional":
      return Weather.collect({ current, forecast: { ...forecast, effect: down }, alerts: { ...alerts, effect: down } })
    case "stale": {
      const cached = Effect.succeedSome({ value: { until: new Date(0) }, age: Duration.minutes(5) })
      return Weather.collect({ current, forecast, alerts: { ...alerts, effect: down, cached } })
    }
    case "current_fails":
      return Weather.collect({ current: Effect.fail(new Errors.NotFound({ resource: "Place" })), forecast, alerts })
    case "hangs":
      return Weather.collect({ current, forecast: { ...forecast, effect: Effect.never }, alerts })
    case "dies":
      return Weather.collect({ current, forecast: { ...forecast, effect: Effect.die(new Error("hunter2")) }, alerts })
    case "not_asked":
      return Weather.collect({ current })
    case "cancel":
      return Weather.collect({ current: held("current"), forecast: { ...forecast, effect: held("forecast") } })
  }
})

const client = new Client({ name: "test", version: "1.0.0" })
const server = new McpServer({ name: "test", version: "1.0.0" })

beforeAll(async () => {
  register(
    server,
    [handled],
    { runtime: Logger.layer([]) }
  )
  const [near, far] = InMemoryTransport.createLinkedPair()
  await Promise.all([server.connect(far), client.connect(near)])
})
afterAll(() => client.close())

const call = (scene: typeof scenes[number], signal?: AbortSignal) =>
  client.callTool({ name: "get_weather", arguments: { scene } }, undefined, signal === undefined ? {} : { signal })

describe("tools/list", () => {
  it("lists the exact schema", async () => {
    const { tools } = await client.listTools()
    const count = { type: "integer", minimum: 0 }
    const closed = (properties: object, required: ReadonlyArray<string>) => ({
      type: "object",
      properties,
      required
    })
    expect(tools[0]?.outputSchema).toMatchObject(closed({
      data: closed({
        current: closed({ temperature_c: { type: "number" } }, ["temperature_c"]),
        forecast: { type: "array", items: { type: "string" } },
        alerts: closed({ until: { type: "string" } }, ["until"])
      }, ["current"]),
      degraded: { type: "boolean" },
      warnings: {
        type: "array",
        items: closed({
          component: { type: "string", enum: ["forecast", "alerts"] },
          reason: { type: "string" },
          impact: { type: "string" },
          stale_seconds: count
        }, ["component", "reason", "impact"])
      },
      metadata: closed({
        components_requested: count,
        components_returned: count,
        completeness: { type: "number", minimum: 0, maximum: 1 }
      }, ["components_requested", "components_returned", "completeness"])
    }, ["data", "degraded", "warnings", "metadata"]))
  })
})

describe("tools/call", () => {
  const current = { temperature_c: 21 }
  const forecast = ["rain"]
  const alerts = { until: "1970-01-01T00:00:00.000Z" }
  const reason = "unavailable: The service is unavailable: postgres://[redacted]@db/main Error: ok"
  const noOutlook = "There is no outlook for the next days"
  const answer = (
    data: object,
    warnings: ReadonlyArray<object>,
    components_requested: number,
    completeness: number
  ) => ({
    data,
    degraded: warnings.length > 0,
    warnings,
    metadata: { components_requested, components_returned: Object.keys(data).length, completeness }
  })

  it.each(
    [
      ["all", answer({ current, forecast, alerts }, [], 3, 1)],
      ["not_asked", answer({ current }, [], 1, 1)],
      [
        "none_optional",
        answer(
          { current },
          [
            { component: "forecast", reason, impact: noOutlook },
            { component: "alerts", reason, impact: "Warnings may be missed" }
          ],
          3,
          0.33
        )
      ],
      [
        "stale",
        answer(
          { current, forecast, alerts },
          [
            {
              component: "alerts",
              reason,
              impact: "The value is 300 s old and may have changed since",
              stale_seconds: 300
            }
          ],
          3,
          1
        )
      ],
      [
        "hangs",
        answer(
          { current, alerts },
          [
            { component: "forecast", reason: "timeout: forecast took too long", impact: noOutlook }
          ],
          3,
          0.67
        )
      ],
      [
        "dies",
        answer(
          { current, alerts },
          [
            { component: "forecast", reason: "internal_error: forecast failed unexpectedly", impact: noOutlook }
          ],
          3,
          0.67
        )
      ]
    ] as const
  )("%s", async (scene, expected) => {
    await client.listTools()
    expect(await call(scene)).toEqual({
      content: [{ type: "text", text: JSON.stringify(expected) }],
      structuredContent: expected
    })
  })

  it("a required part that fails is an error, which the client reads though a schema is declared", async () => {
    await client.listTools()
    const result = await call("current_fails")
    expect(result).toMatchObject({ isError: true, _meta: { "errata/problem": { type: "not_found" } } })
    expect(result.structuredContent).toBeUndefined()
  })

  it("a cancel stops all parts", async () => {
    const controller = new AbortController()
    const result = call("cancel", controller.signal)
    await Effect.runPromise(Deferred.await(begun))
    controller.abort()
    await expect(result).rejects.toThrow()
    expect(await Effect.runPromise(Deferred.await(released))).toEqual(["current", "forecast"])
  })
})
