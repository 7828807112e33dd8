import { spawn } from "node:child_process"
import { freePort, untilOpen } from "./databases.ts"
import type { Client, Recorder } from "./recorder.ts"
import type { Servers } from "./servers.ts"

const recordRedis = async ({ fails, load }: Recorder, servers: Servers): Promise<void> => {
  const port = await freePort()
  const server = spawn("redis-server", [
    "--port",
    String(port),
    "--save",
    "",
    "--requirepass",
    "none",
    "--maxmemory",
    "2mb",
    "--maxmemory-policy",
    "noeviction"
  ], { stdio: "ignore", cwd: "/tmp" })
  await untilOpen(port)
  const { Redis } = await load("ioredis")
  const settings = {
    host: "127.0.0.1",
    port,
    password: "none",
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    lazyConnect: true
  }
  const quiet = (options: object): Client => new Redis({ ...settings, ...options }).on("error", () => undefined)
  const client = quiet({})
  await client.connect()
  await client.set("text", "x")
  await fails("ioredis: WRONGTYPE", () => client.lpush("text", "y"))
  await fails("ioredis: syntax", () => client.call("SET", "only-a-key"))
  await client.call("ACL", "SETUSER", "guest", "on", ">none", "~*", "+get")
  await fails("ioredis: NOPERM", async () => {
    const guest = quiet({ username: "guest" })
    await guest.set("a", "b")
  })
  await fails("ioredis: WRONGPASS", () => quiet({ password: "wrong", username: "guest" }).get("a"))
  await fails("ioredis: NOAUTH", () => quiet({ password: undefined }).get("a"))
  await client.call("XGROUP", "CREATE", "stream", "g", "$", "MKSTREAM")
  await fails("ioredis: BUSYGROUP", () => client.call("XGROUP", "CREATE", "stream", "g", "$"))
  await fails("ioredis: NOGROUP", () => client.call("XREADGROUP", "GROUP", "missing", "c", "STREAMS", "stream", ">"))
  await fails("ioredis: OOM", async () => {
    for (let i = 0; i < 100; i++) await client.set(`big${i}`, "x".repeat(500_000))
  })
  await fails("ioredis: BUSY", async () => {
    const busy = quiet({})
    await busy.config("SET", "busy-reply-threshold", "20")
    void quiet({}).eval("while true do end", 0).catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, 200))
    try {
      await busy.get("text")
    } finally {
      await busy.script("KILL")
    }
  })
  await fails("ioredis: refused", () => quiet({ port: servers.refusedPort }).get("a"))
  await fails(
    "ioredis: refused, offline",
    () => quiet({ port: servers.refusedPort, enableOfflineQueue: false, lazyConnect: false }).get("a")
  )
  await fails("ioredis: command timeout", () => quiet({ port: servers.silentPort, commandTimeout: 80 }).get("a"))
  await fails("ioredis: closed", async () => {
    const closed = quiet({})
    await closed.connect()
    closed.disconnect()
    await closed.get("a")
  })
  const { createClient } = await load("redis")
  const node = (options: object = {}) =>
    createClient({ socket: { host: "127.0.0.1", port, reconnectStrategy: false }, password: "none", ...options }).on(
      "error",
      () => undefined
    )
  const open = await node().connect()
  await fails("node-redis: WRONGTYPE", () => open.lPush("text", "y"))
  await fails("node-redis: NOAUTH", async () => (await node({ password: undefined }).connect()).get("a"))
  await fails("node-redis: WRONGPASS", () => node({ password: "wrong" }).connect())
  await fails(
    "node-redis: refused",
    () => node({ socket: { host: "127.0.0.1", port: servers.refusedPort, reconnectStrategy: false } }).connect()
  )
  await fails("node-redis: closed", async () => {
    const closed = await node().connect()
    closed.destroy()
    await closed.get("a")
  })
  await fails("node-redis: the server stops", async () => {
    const waiting = open.blPop("never", 5)
    setTimeout(() => server.kill("SIGKILL"), 50)
    await waiting
  })
  server.kill("SIGKILL")
}

/** MongoDB's server is not for every machine: its errors are made from its documents, as the driver makes them. */
const recordMongo = async ({ fails, load, made }: Recorder, servers: Servers): Promise<void> => {
  const mongo = (await load("mongodb")).default
  const { MongoClient, MongoNetworkError, MongoNetworkTimeoutError, MongoServerError } = mongo
  const says = (code: number, codeName: string, more = {}) =>
    new MongoServerError({ ok: 0, errmsg: `it says ${codeName}`, code, codeName, ...more })
  for (
    const [code, codeName] of [
      [11000, "DuplicateKey"],
      [121, "DocumentValidationFailure"],
      [13, "Unauthorized"],
      [18, "AuthenticationFailed"],
      [50, "MaxTimeMSExpired"],
      [112, "WriteConflict"],
      [10107, "NotWritablePrimary"],
      [91, "ShutdownInProgress"],
      [26, "NamespaceNotFound"],
      [9, "FailedToParse"],
      [17419, "BSONObjectTooLarge"],
      [20, "IllegalOperation"]
    ] as const
  ) {
    made(`mongodb: ${codeName}`, says(code, codeName))
  }
  made("mongodb: a label", says(99999, "SomethingNew", { errorLabels: ["TransientTransactionError"] }))
  made("mongodb: network", new MongoNetworkError("connection 3 to 127.0.0.1:27017 closed"))
  made("mongodb: network timeout", new MongoNetworkTimeoutError("connection 3 to 127.0.0.1:27017 timed out"))
  await fails(
    "mongodb: refused",
    () => new MongoClient(`mongodb://127.0.0.1:${servers.refusedPort}`, { serverSelectionTimeoutMS: 150 }).connect()
  )
  await fails(
    "mongodb: silent",
    () =>
      new MongoClient(`mongodb://127.0.0.1:${servers.silentPort}`, {
        serverSelectionTimeoutMS: 150,
        connectTimeoutMS: 100
      }).connect()
  )
  await fails("mongodb: a wrong address", () => new MongoClient("http://nonsense"))
  const mongoose = (await load("mongoose")).default
  const User = mongoose.model("User", new mongoose.Schema({ name: { type: String, required: true }, age: Number }))
  await fails("mongoose: validation", () => new User({}).validate())
  await fails("mongoose: cast", () => User.findOne({ age: "many" }).exec())
  mongoose.set("bufferTimeoutMS", 80)
  await fails("mongoose: buffering", () => User.findOne({ age: 1 }).exec())
  made("mongoose: version", new mongoose.Error.VersionError(new User({ name: "x" }), 3, ["name"]))
  made("mongoose: no document", new mongoose.Error.DocumentNotFoundError({ _id: 1 }, "User", 0, {}))
}

const recordQueues = async ({ fails, load, made }: Recorder, servers: Servers): Promise<void> => {
  const kafkajs = (await load("kafkajs")).default
  const kafka = (port: number) =>
    new kafkajs.Kafka({
      brokers: [`127.0.0.1:${port}`],
      logLevel: 0,
      retry: { retries: 0 },
      connectionTimeout: 100,
      requestTimeout: 100
    })
  await fails("kafkajs: refused", () => kafka(servers.refusedPort).admin().connect())
  await fails("kafkajs: silent", () => kafka(servers.silentPort).admin().connect())
  const { KafkaJSConnectionClosedError, KafkaJSRequestTimeoutError } = await load("kafkajs/src/errors.js")
  made("kafkajs: closed", new KafkaJSConnectionClosedError("Closed connection", { host: "127.0.0.1", port: 9092 }))
  made("kafkajs: request timeout", new KafkaJSRequestTimeoutError("Request timed out", { broker: "127.0.0.1:9092" }))
  const amqp = (await load("amqplib")).default
  await fails("amqplib: refused", () => amqp.connect(`amqp://127.0.0.1:${servers.refusedPort}`))
  for (
    const [code, name] of [[404, "NOT_FOUND"], [403, "ACCESS_REFUSED"], [405, "RESOURCE_LOCKED"], [
      406,
      "PRECONDITION_FAILED"
    ], [320, "CONNECTION_FORCED"]] as const
  ) {
    made(
      `amqplib: ${name}`,
      Object.assign(new Error(`Operation failed: QueueDeclare; ${code} (${name})`), { code, classId: 50, methodId: 10 })
    )
  }
}

export const recordStores = async (recorder: Recorder, servers: Servers): Promise<void> => {
  for (const record of [recordMongo, recordQueues, recordRedis]) await record(recorder, servers)
}
