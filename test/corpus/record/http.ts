import type { Recorder } from "./recorder.ts"
import { scenarios, type Servers } from "./servers.ts"

const few = [
  "400",
  "401",
  "403",
  "404",
  "409",
  "422",
  "429",
  "500",
  "503",
  "429 seconds",
  "429 date",
  "403 limit",
  "403 seconds",
  "429 reset",
  "429 quota"
]

/** Clients of HTTP, each without retries and with a short timeout. */
export const recordHttp = async ({ fails, load }: Recorder, servers: Servers): Promise<void> => {
  const axios = (await load("axios")).default
  const got = (await load("got")).default
  const ky = (await load("ky")).default
  const superagent = (await load("superagent")).default
  const nodeFetch = (await load("node-fetch")).default
  const undici = await load("undici")
  const { Gaxios } = await load("gaxios")
  const { ofetch } = await load("ofetch")
  const timeout = 150
  type Call = (url: string, options: { readonly timeout?: number }) => unknown
  const clients: Readonly<Record<string, Call>> = {
    axios: (url, { timeout }) => axios.get(url, { timeout }),
    got: (url, { timeout }) => got(url, { retry: { limit: 0 }, timeout: { request: timeout } }).json(),
    ky: (url, { timeout }) => ky.get(url, { retry: 0, timeout: timeout ?? false }).json(),
    superagent: (url, { timeout }) => superagent.get(url).timeout(timeout ?? 0),
    gaxios: (url, { timeout }) => new Gaxios().request({ url, timeout, retry: false, responseType: "json" }),
    ofetch: (url, { timeout }) => ofetch(url, { retry: 0, timeout })
  }
  const bare: Readonly<Record<string, Call>> = {
    fetch: async (url, { timeout }) =>
      await (await fetch(url, timeout === undefined ? {} : { signal: AbortSignal.timeout(timeout) })).json(),
    "node-fetch": async (url, { timeout }) =>
      await (await nodeFetch(url, timeout === undefined ? {} : { signal: AbortSignal.timeout(timeout) })).json(),
    undici: async (url, { timeout }) =>
      await (await undici.request(url, {
        dispatcher: new undici.Agent({ headersTimeout: timeout, bodyTimeout: timeout, connect: { timeout: 1000 } })
      })).body.json()
  }
  for (const [name, call] of Object.entries(clients)) {
    const all = name === "axios" || name === "got"
      ? Object.keys(scenarios).filter((scenario) => scenario !== "no JSON")
      : few
    for (const scenario of all) {
      await fails(`${name}: ${scenario}`, () => call(`${servers.base}/${encodeURIComponent(scenario)}`, {}))
    }
  }
  for (const [name, call] of Object.entries({ ...clients, ...bare })) {
    await fails(`${name}: refused`, () => call(servers.refused, {}))
    await fails(`${name}: reset`, () => call(servers.reset, {}))
    await fails(`${name}: cut`, () => call(servers.cut, {}))
    await fails(`${name}: timeout`, () => call(servers.silent, { timeout }))
    await fails(`${name}: garbage`, () => call(servers.garbage, {}))
    await fails(`${name}: self-signed`, () => call(servers.selfSigned, {}))
    await fails(`${name}: no such host`, () => call("http://no-such-host.invalid/", {}))
    if (!["axios", "superagent", "gaxios", "ofetch"].includes(name)) {
      await fails(`${name}: no JSON`, () => call(`${servers.base}/no%20JSON`, {}))
    }
  }
  const controller = new AbortController()
  controller.abort()
  await fails("fetch: aborted by the caller", () => fetch(servers.base, { signal: controller.signal }))
  await fails("axios: aborted by the caller", () => axios.get(servers.base, { signal: controller.signal }))
  await fails("fetch: a wrong URL", () => fetch("nonsense"))
  await fails(
    "undici: an answer that is too large",
    () =>
      undici.request(`${servers.base}/no%20JSON`, { dispatcher: new undici.Agent({ maxResponseSize: 3 }) }).then((
        { body }: { body: { text: () => unknown } }
      ) => body.text())
  )
  const { interceptors } = undici
  await fails(
    "undici: 404",
    () =>
      undici.request(`${servers.base}/404`, { dispatcher: new undici.Agent().compose(interceptors.responseError()) })
  )
  await fails(
    "undici: 429 seconds",
    () =>
      undici.request(`${servers.base}/429%20seconds`, {
        dispatcher: new undici.Agent().compose(interceptors.responseError())
      })
  )
  const { default: WebSocket } = await load("ws")
  for (const status of ["401", "503"]) {
    await fails(
      `ws: ${status}`,
      () =>
        new Promise((_, reject) => new WebSocket(`${servers.base.replace("http", "ws")}/${status}`).on("error", reject))
    )
  }
  await fails(
    "ws: refused",
    () => new Promise((_, reject) => new WebSocket(servers.refused.replace("http", "ws")).on("error", reject))
  )
  const { default: needle } = await load("needle")
  await fails("needle: refused", () => needle("get", servers.refused))
  await fails(
    "needle: timeout",
    () => needle("get", servers.silent, { response_timeout: timeout, read_timeout: timeout, open_timeout: timeout })
  )
}
