import { createServer, type Socket } from "node:net"
import type { AddressInfo } from "node:net"
import type { Recorder } from "./recorder.ts"
import type { Servers } from "./servers.ts"

const sleep = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis))

/** An SMTP server that answers each command by its first word. */
const smtp = async (
  replies: Readonly<Record<string, string>>
): Promise<{ readonly port: number; readonly close: () => void }> => {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on("error", () => undefined).write(`${replies["*"] ?? "220 ready"}\r\n`)
    socket.on("data", (data) => {
      const word = String(data).split(/[ :\r]/)[0]!.toUpperCase()
      socket.write(`${replies[word] ?? (word === "EHLO" ? "250-host\r\n250 AUTH PLAIN" : "250 ok")}\r\n`)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    }
  }
}

const recordMail = async ({ fails, load }: Recorder, servers: Servers): Promise<void> => {
  const nodemailer = (await load("nodemailer")).default
  const send = (port: number, more = {}) =>
    nodemailer.createTransport({
      host: "127.0.0.1",
      port,
      connectionTimeout: 200,
      greetingTimeout: 200,
      socketTimeout: 400,
      ...more
    })
      .sendMail({ from: "a@example.com", to: "b@example.com", text: "x" })
  const cases: Readonly<Record<string, [replies: Record<string, string>, more?: object]>> = {
    "mailbox unknown": [{ RCPT: "550 5.1.1 no such user" }],
    "mailbox busy": [{ RCPT: "450 4.2.1 busy" }],
    "too large": [{ RCPT: "552 5.3.4 too large" }],
    "not accepted": [{ DATA: "554 5.7.1 spam" }],
    "shutting down": [{ "*": "421 shutting down" }],
    "wrong password": [{ AUTH: "535 5.7.8 bad credentials" }, { auth: { user: "a", pass: "none" } }],
    "no SMTP": [{ "*": "HTTP/1.1 400 Bad Request" }]
  }
  for (const [id, [replies, more]] of Object.entries(cases)) {
    const server = await smtp(replies)
    await fails(`nodemailer: ${id}`, () => send(server.port, more))
    server.close()
  }
  await fails("nodemailer: refused", () => send(servers.refusedPort))
  await fails("nodemailer: silent", () => send(servers.silentPort))
}

const recordGuards = async ({ fails, load, made }: Recorder): Promise<void> => {
  const CircuitBreaker = (await load("opossum")).default
  const breaker = (action: () => unknown, more = {}) =>
    new CircuitBreaker(action, { timeout: 50, errorThresholdPercentage: 1, volumeThreshold: 1, ...more })
  const open = breaker(() => Promise.reject(new Error("no")))
  open.open()
  await fails("opossum: open", () => open.fire())
  await fails("opossum: timeout", () => breaker(() => sleep(500)).fire())
  await fails("opossum: full", () => {
    const one = breaker(() => sleep(300), { capacity: 1, timeout: 1000 })
    void one.fire()
    return one.fire()
  })
  const cockatiel = await load("cockatiel")
  made("cockatiel: open", new cockatiel.BrokenCircuitError())
  made("cockatiel: isolated", new cockatiel.IsolatedCircuitError())
  await fails(
    "cockatiel: timeout",
    () => cockatiel.timeout(30, cockatiel.TimeoutStrategy.Aggressive).execute(() => sleep(300))
  )
  await fails("cockatiel: full", () => {
    const bulkhead = cockatiel.bulkhead(1, 0)
    void bulkhead.execute(() => sleep(200))
    return bulkhead.execute(() => sleep(200))
  })
  const pTimeout = (await load("p-timeout")).default
  await fails("p-timeout: timeout", () => pTimeout(sleep(500), { milliseconds: 20 }))
  const PQueue = (await load("p-queue")).default
  await fails("p-queue: timeout", () => new PQueue({ timeout: 20 }).add(() => sleep(500)))
  const pRetry = await load("p-retry")
  await fails(
    "p-retry: given up",
    () => pRetry.default(() => Promise.reject(Object.assign(new Error("no"), { status: 503 })), { retries: 0 })
  )
  const Bottleneck = (await load("bottleneck")).default
  await fails("bottleneck: dropped", async () => {
    const limiter = new Bottleneck({ maxConcurrent: 1, highWater: 0, strategy: Bottleneck.strategy.OVERFLOW })
    void limiter.schedule(() => sleep(200)).catch(() => undefined)
    void limiter.schedule(() => sleep(200)).catch(() => undefined)
    await limiter.schedule(() => sleep(200))
  })
  const { Mutex, withTimeout } = await load("async-mutex")
  await fails("async-mutex: timeout", async () => {
    const mutex = withTimeout(new Mutex(), 20)
    await mutex.acquire()
    await mutex.acquire()
  })
  const { Pool } = await load("tarn")
  await fails("tarn: timeout", async () => {
    const pool = new Pool({ create: () => ({}), destroy: () => undefined, min: 0, max: 1, acquireTimeoutMillis: 20 })
    await pool.acquire().promise
    await pool.acquire().promise
  })
  const generic = (await load("generic-pool")).default
  await fails("generic-pool: timeout", async () => {
    const pool = generic.createPool({ create: async () => ({}), destroy: async () => undefined }, {
      max: 1,
      acquireTimeoutMillis: 20
    })
    await pool.acquire()
    await pool.acquire()
  })
  const { RateLimiterMemory } = await load("rate-limiter-flexible")
  await fails("rate-limiter-flexible: limited", async () => {
    const limiter = new RateLimiterMemory({ points: 1, duration: 40 })
    await limiter.consume("a")
    await limiter.consume("a")
  })
}

const recordServers = async ({ load, made }: Recorder): Promise<void> => {
  const boom = (await load("@hapi/boom")).default
  made("boom: 404", boom.notFound("no such order"))
  made("boom: 409", boom.conflict("taken"))
  made("boom: 429", boom.tooManyRequests("slow down"))
  made("boom: 503", boom.serverUnavailable("down"))
  made("boom: 401", boom.unauthorized("no"))
  const createError = (await load("http-errors")).default
  for (const status of [400, 403, 404, 413, 422, 500, 503]) {
    made(`http-errors: ${status}`, createError(status, "it says so"))
  }
  made("http-errors: 429 seconds", createError(429, "slow down", { headers: { "retry-after": "15" } }))
}

const recordPrograms = async ({ fails, load }: Recorder): Promise<void> => {
  const { execa } = await load("execa")
  await fails("execa: timeout", () => execa("sleep", ["5"], { timeout: 40 }))
  await fails("execa: exit code", () => execa("false"))
  await fails("execa: missing", () => execa("no-such-program"))
  await fails("execa: killed", () => {
    const program = execa("sleep", ["5"])
    setTimeout(() => program.kill("SIGKILL"), 30)
    return program
  })
  await fails("execa: too much", () => execa("yes", { maxBuffer: 100 }))
  await fails("execa: aborted by the caller", () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 20)
    return execa("sleep", ["5"], { cancelSignal: controller.signal })
  })
}

const recordSchemas = async ({ fails, load }: Recorder): Promise<void> => {
  const { z } = await load("zod")
  await fails("zod: misfit", () => z.object({ a: z.string() }).parse({ a: 1 }))
  const v = await load("valibot")
  await fails("valibot: misfit", () => v.parse(v.object({ a: v.string() }), { a: 1 }))
  const jwt = (await load("jsonwebtoken")).default
  await fails("jsonwebtoken: malformed", () => jwt.verify("nonsense", "none"))
}

/** Libraries that guard, serve, run programs, check and send mail. */
export const recordLibraries = async (recorder: Recorder, servers: Servers): Promise<void> => {
  for (const record of [recordGuards, recordServers, recordPrograms, recordSchemas, recordMail]) {
    await record(recorder, servers)
  }
}
