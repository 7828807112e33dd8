import type { Reply } from "@errata/examples/weather/simulation/script"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Redacted from "effect/Redacted"
import * as Tracer from "effect/Tracer"
import { inspect } from "node:util"
import { describe, expect, it } from "vitest"
import { endpoint, failures } from "./fixtures/failures.ts"
import * as World from "./fixtures/World.ts"

/** Keys that no pattern knows, one of them with characters that mean something in expressions, URLs and JSON. */
const keys = ["zebra-quilt-harbor-nine", "q/w+e=r\"t\\y$(u.i)|o*p&a^s"]

/** Everything that an upstream might repeat. */
const echoes = (key: string): ReadonlyArray<Reply> => [
  { body: { headers: { authorization: `Bearer ${key}` }, list: [key, { [key]: `key=${encodeURIComponent(key)}` }] } },
  { body: key },
  { body: JSON.stringify(key) },
  {
    body: JSON.stringify(`\u0000${key}`).replaceAll(
      /[a-z]/g,
      (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`
    )
  },
  { body: `{"error": ${key}` },
  { body: `{"a": "${key}` },
  ...[400, 401, 403, 404, 409, 422, 429, 500, 503].map((status): Reply => ({
    status,
    headers: { "www-authenticate": `Bearer ${key}`, "x-request": key, "set-cookie": `k=${key}` },
    body: { error: `the key ${key} is wrong`, authorization: `Bearer ${key}` },
    times: 4
  })),
  { status: 429, headers: { "retry-after": key } },
  { status: 302, headers: { location: `http://127.0.0.1:9/?key=${encodeURIComponent(key)}` } }
]

const tracing = () => {
  const spans: Array<Tracer.NativeSpan> = []
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })
  /** What an exporter would send. */
  const exported = () =>
    spans.map(({ attributes, events, links, name, status }) => ({
      name,
      links,
      events,
      attributes: [...attributes],
      error: status._tag === "Ended" && status.exit._tag === "Failure" ? Cause.pretty(status.exit.cause) : undefined
    }))
  return { tracer, exported }
}

/** Some fifty sessions at once are a lot of work: nothing shall time out that is not to. */
const calm = 5

/** Pieces of a key that are long enough to be told from chance. */
const pieces = (key: string): ReadonlyArray<string> =>
  Array.from({ length: key.length - 7 }, (_, i) => key.slice(i, i + 8)).flatMap((piece) => [
    piece,
    JSON.stringify(piece).slice(1, -1),
    encodeURIComponent(piece)
  ])

describe.each(keys)("the key %s", (key) => {
  it("goes to the service and nowhere else, whatever the service does", async () => {
    const { exported, tracer } = tracing()
    const apiKey = Redacted.make(key)
    const said: Array<unknown> = []
    const note = {
      request: { meta: { progressToken: 1 }, notify: (notification: object) => said.push(notification) },
      opensSpans: true,
      logsCalls: true
    }
    let hasGoneOut = 0

    const session = async (world: World.World, replies: ReadonlyArray<Reply | undefined>): Promise<void> => {
      const traced: World.World["run"] = (effect) =>
        world.run(effect.pipe(
          Effect.provideService(Tracer.Tracer, tracer),
          Effect.provideService(HttpClient.TracerHeaderFilter, () => true) // an operator who wants to see all
        ))
      for (const reply of replies) {
        world.simulator.reset()
        if (reply !== undefined) world.simulator.play(reply)
        said.push(await traced(world.fetching(endpoint, note)))
        hasGoneOut += world.simulator.requests.filter(({ headers }) =>
          headers["authorization"] === `Bearer ${key}`
        ).length
        world.simulator.reset()
        if (reply !== undefined) world.simulator.play(reply)
        said.push(await traced(world.asking({ location: "Paris" }, note)))
      }
      said.push(world.log)
      await world.close()
    }

    const hanging = (name: string): boolean => name.startsWith("timeout")
    await Promise.all([
      ...failures.filter(({ name }) => !hanging(name)).map(async (failure) =>
        session(
          await World.failing(failure, { apiKey }, calm),
          failure.reply === undefined ? [undefined] : [failure.reply]
        )
      ),
      ...echoes(key).map(async (reply) => session(await World.make({ apiKey }, calm), [reply])),
      World.make({ apiKey }, calm).then((world) => session(world, [undefined]))
    ])

    expect(hasGoneOut).toBeGreaterThan(60)
    const output = [
      inspect(said, { depth: null, maxStringLength: null, maxArrayLength: null }),
      JSON.stringify(said),
      inspect(exported(), { depth: null, maxStringLength: null, maxArrayLength: null })
    ]
    expect(output[0]).toContain("[redacted]")
    expect(exported().length).toBeGreaterThan(100)
    for (const text of output) {
      for (const piece of pieces(key)) {
        expect(text.includes(piece), `"${piece}" is in the output: ${around(text, piece)}`).toBe(false)
      }
    }
  })
})

describe("a key that looks like a piece of JSON", () => {
  it.each(["\"status\"", "{\"a\":1},", "12345678", ":[null],"])("%s garbles no answer", async (key) => {
    const world = await World.make({ apiKey: Redacted.make(key) }, calm)
    const body = { status: "status", a: 1, list: [{ a: 1 }, 12345678], note: `it says ${key}`, [`x${key}`]: [null] }
    world.simulator.play({ body })
    const result = await world.run(world.fetching(endpoint))
    expect(JSON.stringify(result)).toContain(String.raw`\"a\":1,\"list\":[{\"a\":1}`)
    expect(JSON.stringify(result)).toContain("it says [redacted]")
    expect(JSON.stringify(result)).toContain("x[redacted]")
    await world.close()
  })
})

const around = (text: string, piece: string): string => {
  const at = text.indexOf(piece)
  return at === -1 ? "" : text.slice(Math.max(0, at - 200), at + 100)
}
