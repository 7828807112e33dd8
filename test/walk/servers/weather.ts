/** Provokes every error of the weather server: its upstream is the simulator, which fails as its script says. */
import type { Reply } from "@errata/examples/weather/simulation/script"
import * as Simulator from "@errata/examples/weather/simulator"
import { fetchApiData, getWeather } from "@errata/examples/weather/tools"
import type * as Walk from "@errata/mcp-adapter/walk"
import { setTimeout as sleep } from "node:timers/promises"
import { entryOf, type Stage } from "./stage.ts"

export const make = async (): Promise<Stage> => {
  const simulator = await Simulator.open({})
  const port = await freePort()
  const server = {
    command: process.execPath,
    args: [entryOf("weather")],
    wait: () => undefined
  }
  const env = {
    WEATHER_API_URL: simulator.url,
    WEATHER_API_KEY: "errata-weather-development-key",
    WEATHER_ATTEMPT_TIMEOUT: "150 millis",
    WEATHER_RETRY_DELAY: "2 millis",
    WEATHER_OPEN_TIME: "1 millis"
  }
  return {
    name: "weather",
    walks: [
      { ...server, env, definitions: [getWeather, fetchApiData], except, provoke: provoke(simulator) },
      {
        ...server,
        env: { ...env, WEATHER_OPEN_TIME: `${openTime} millis` },
        wait: () => sleep(openTime + 50), // the circuit of another process knows no other clock
        provoke: {
          fetch_api_data: { CircuitOpen: open(simulator, path) },
          get_weather: { CircuitOpen: open(simulator, paris) }
        }
      },
      { ...server, env: { ...env, WEATHER_API_URL: "http://weather.invalid" }, provoke: unreachable },
      { ...server, env: { ...env, WEATHER_API_URL: `http://127.0.0.1:${port}` }, provoke: refused(port) }
    ],
    close: simulator.close
  }
}

/** How long a circuit stays open, in milliseconds. */
const openTime = 400

/** This machine never runs out of handles here: other tests provoke it. What is missing for a place is the place. */
const except = ["Overloaded", "get_weather: EndpointNotFound"]

const path: Walk.Arguments = { endpoint: "/v1/current?location=Paris" }
const paris: Walk.Arguments = { location: "Paris" }

const unreachable: Walk.Provocations = {
  fetch_api_data: { ApiUnreachable: { arguments: path, ends: "handed over" } },
  get_weather: { ApiUnreachable: { arguments: paris, ends: "handed over" } }
}

const freePort = async (): Promise<number> => {
  const { close, url } = await Simulator.open({})
  await close()
  return Number(new URL(url).port)
}

/** Nothing listens until the client comes back. */
const refused = (port: number): Walk.Provocations => {
  const one = (args: Walk.Arguments): Walk.Provocation => {
    let simulator: Simulator.Simulator | undefined
    return {
      arguments: args,
      meanwhile: async () => (simulator ??= await Simulator.open({ port })),
      after: () => simulator?.close()
    }
  }
  return { fetch_api_data: { ConnectionFailed: one(path) }, get_weather: { ConnectionFailed: one(paris) } }
}

const open = (simulator: Simulator.Simulator, args: Walk.Arguments): Walk.Provocation => ({
  before: async (call) => {
    simulator.reset()
    simulator.play({ status: 503, times: "always" })
    const tool = "endpoint" in args ? "fetch_api_data" : "get_weather"
    for (let i = 0; i < 2; i++) await call(tool, args)
  },
  arguments: args,
  meanwhile: () => simulator.reset(),
  after: () => simulator.reset()
})

/** The upstream fails until the client comes back. */
const failing = (
  { play, reset }: Simulator.Simulator,
  args: Walk.Arguments,
  reply: Reply,
  more: Walk.Provocation = {}
): Walk.Provocation => ({
  before: () => {
    reset()
    play({ times: "always", ...reply })
  },
  arguments: args,
  meanwhile: () => reset(),
  after: () => reset(),
  ...more
})

const told: Walk.Provocation = { meanwhile: undefined, ends: "told" }
const handedOver: Walk.Provocation = { meanwhile: undefined, ends: "handed over" }

/** What an upstream does, and what becomes of it, whichever tool asks. */
const both = (simulator: Simulator.Simulator, args: Walk.Arguments): Walk.Provocations[string] => {
  const fail = (reply: Reply, more: Walk.Provocation = {}) => failing(simulator, args, reply, more)
  return {
    ApiTimedOut: fail({ fault: "hang" }),
    ApiRateLimited: [
      fail({ status: 429 }, { note: "without a hint" }),
      fail({ status: 429, retryAfter: 3_600 }, { note: "with a hint" })
    ],
    ApiKeyRejected: fail({ status: 401 }, handedOver),
    ApiAccessDenied: fail({ status: 403 }, handedOver),
    ApiConflict: fail({ status: 409 }),
    RequestTooLarge: fail({ status: 413 }, told),
    ApiAnswerMalformed: fail({ status: 200, body: "<html>" }, told),
    ArgumentsRejected: fail({ status: 422 }, told),
    Unavailable: [fail({ status: 503 }, { note: "503" }), fail({ fault: "reset" }, { note: "a reset" })],
    UpstreamError: fail({ status: 500 }),
    UpstreamRejected: fail({ status: 418 }, told)
  }
}

const less = (simulator: Simulator.Simulator, location: string, reply: Reply, silent: RegExp): Walk.Provocation => ({
  ...failing(simulator, { location }, reply),
  meanwhile: undefined,
  silent,
  whole: { location: "Nairobi" }
})

const provoke = (simulator: Simulator.Simulator): Walk.Provocations => ({
  fetch_api_data: {
    ...both(simulator, path),
    InvalidArguments: {
      arguments: { endpoint: "https://example.com/v1/current" },
      intent: { endpoint: "/v1/current?location=Paris" }
    },
    EndpointNotFound: { arguments: { endpoint: "/v1/curent?location=Paris" } }
  },
  get_wether: { UnknownTool: { arguments: paris } },
  get_weather: {
    ...both(simulator, paris),
    InvalidArguments: {
      arguments: { location: "Paris", include_forecast: "maybe" },
      intent: { include_forecast: true }
    },
    LocationNotFound: { arguments: { location: "Parys" }, intent: { location: "Paris" } },
    Degraded: [
      { ...less(simulator, "Paris", { path: "/v1/forecast", status: 503 }, /degraded\W+true/), note: "no forecast" },
      { ...less(simulator, "London", { path: "/v1/alerts", fault: "reset" }, /degraded\W+true/), note: "no alerts" }
    ],
    Stale: {
      ...less(simulator, "Berlin", {}, /stale_seconds/),
      before: async (call) => {
        simulator.reset()
        await call("get_weather", { location: "Berlin" })
        simulator.play({ path: "/v1/forecast", status: 503, times: "always" })
      }
    }
  }
})
