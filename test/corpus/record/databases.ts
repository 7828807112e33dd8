import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { connect, createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import type { Client, Recorder } from "./recorder.ts"
import type { Servers } from "./servers.ts"

export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })

export const untilOpen = async (port: number): Promise<void> => {
  for (let tries = 0; tries < 150; tries++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1").on("connect", () => resolve(true)).on("error", () => resolve(false))
      socket.on("connect", () => socket.destroy())
    })
    if (open) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`Nothing listens on ${port}`)
}

/** Servers refuse to run as root: they run as the user that their package made. */
const asUser = (user: string, command: string, args: ReadonlyArray<string>): [string, Array<string>] =>
  process.getuid?.() === 0 ? ["runuser", ["-u", user, "--", command, ...args]] : [command, [...args]]

const temporary = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "errata-corpus-"))
  chmodSync(folder, 0o777)
  return folder
}

const tables =
  "CREATE TABLE p (id INT PRIMARY KEY); CREATE TABLE t (id INT PRIMARY KEY, n INT NOT NULL CHECK (n > 0), s VARCHAR(3), p INT REFERENCES p (id))"

const wrong: Readonly<Record<string, string>> = {
  unique: "INSERT INTO t VALUES (1, 1, 'a', NULL)",
  "not null": "INSERT INTO t (id, n) VALUES (2, NULL)",
  check: "INSERT INTO t VALUES (2, -1, 'a', NULL)",
  "foreign key": "INSERT INTO t VALUES (2, 1, 'a', 99)",
  "too long": "INSERT INTO t VALUES (2, 1, 'abcdef', NULL)",
  "no such table": "SELECT * FROM missing",
  syntax: "SELEKT 1"
}

const recordPostgres = async ({ fails, load }: Recorder, servers: Servers): Promise<void> => {
  const bin = ["15", "16", "17", "14"].map((version) => `/usr/lib/postgresql/${version}/bin`).find((folder) =>
    existsSync(folder)
  )
  if (bin === undefined) throw new Error("Postgres is not installed")
  const data = join(temporary(), "data")
  const port = await freePort()
  execFileSync(
    ...asUser("postgres", `${bin}/initdb`, [
      "-D",
      data,
      "-A",
      "scram-sha-256",
      "-U",
      "ada",
      "--pwfile",
      passwordFile()
    ]),
    { stdio: "ignore" }
  )
  const server = spawn(
    ...asUser("postgres", `${bin}/postgres`, [
      "-D",
      data,
      "-p",
      String(port),
      "-k",
      data,
      "-c",
      "listen_addresses=127.0.0.1",
      "-c",
      "max_connections=12"
    ]),
    { stdio: "ignore" }
  )
  process.once("exit", () => killGroup(server, data, bin))
  await untilOpen(port)
  const { Client: Pg, Pool } = (await load("pg")).default
  const login = { host: "127.0.0.1", port, user: "ada", password: "none", database: "postgres" }
  const client = await whenReady(async () => {
    const client = new Pg(login)
    client.on("error", () => undefined)
    await client.connect()
    return client
  })
  await client.query(`${tables}; INSERT INTO t VALUES (1, 1, 'a', NULL); CREATE ROLE guest LOGIN PASSWORD 'none'`)
  const query = (sql: string) => client.query(sql)
  for (const [id, sql] of Object.entries(wrong)) await fails(`pg: ${id}`, () => query(sql))
  await fails("pg: a bad number", () => query("SELECT 'abc'::int"))
  await fails("pg: out of range", () => query("INSERT INTO t VALUES (99999999999, 1)"))
  await fails("pg: division by zero", () => query("SELECT 1 / 0"))
  await fails("pg: raised by a function", () => query("DO $$ BEGIN RAISE EXCEPTION 'not on Sundays'; END $$"))
  await fails("pg: statement timeout", () => query("SET statement_timeout = 50; SELECT pg_sleep(5)"))
  await query("SET statement_timeout = 0")
  await fails("pg: read-only", () => query("BEGIN READ ONLY; DELETE FROM t"))
  await query("ROLLBACK")
  await fails("pg: wrong password", () => new Pg({ ...login, password: "wrong" }).connect())
  await fails("pg: no such database", () => new Pg({ ...login, database: "missing" }).connect())
  const guest = new Pg({ ...login, user: "guest" })
  guest.on("error", () => undefined)
  await guest.connect()
  await fails("pg: no permission", () => guest.query("DELETE FROM t"))
  const other = new Pg(login)
  other.on("error", () => undefined)
  await other.connect()
  await query("BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT * FROM t")
  await other.query("BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT * FROM t; UPDATE t SET s = 'b'; COMMIT")
  await fails("pg: serialization", () => query("UPDATE t SET s = 'c'"))
  await query("ROLLBACK")
  await query("INSERT INTO p VALUES (1), (2)")
  await query("BEGIN; UPDATE p SET id = 1 WHERE id = 1")
  await other.query("BEGIN; UPDATE p SET id = 2 WHERE id = 2")
  const mine = query("UPDATE p SET id = 2 WHERE id = 2").then(() => undefined, (failure: unknown) => failure)
  const theirs = other.query("UPDATE p SET id = 1 WHERE id = 1").then(() => undefined, (failure: unknown) => failure)
  await fails("pg: deadlock", async () => Promise.reject(await mine ?? await theirs))
  await Promise.all([query("ROLLBACK"), other.query("ROLLBACK")])
  await query("BEGIN; LOCK TABLE t")
  await fails("pg: lock not available", () => other.query("BEGIN; LOCK TABLE t NOWAIT"))
  await Promise.all([query("ROLLBACK"), other.query("ROLLBACK")])
  const pool = new Pool({ ...login, max: 1, connectionTimeoutMillis: 80 })
  pool.on("error", () => undefined)
  const held = await pool.connect()
  await fails("pg: pool timeout", () => pool.connect())
  held.release()
  await fails(
    "pg: query read timeout",
    () => new Pool({ ...login, query_timeout: 80, max: 1 }).query("SELECT pg_sleep(2)")
  )
  await fails("pg: refused", () => new Pg({ ...login, port: servers.refusedPort }).connect())
  await fails(
    "pg: connect timeout",
    () => new Pg({ ...login, port: servers.silentPort, connectionTimeoutMillis: 80 }).connect()
  )
  await fails("pg: too many connections", async () => {
    const many = Array.from({ length: 20 }, () => new Pg({ ...login, user: "guest" }))
    for (const one of many) one.on("error", () => undefined)
    try {
      for (const one of many) await one.connect()
    } finally {
      await Promise.all(many.map((one) => one.end().catch(() => undefined)))
    }
  })
  await fails("pg: ended by an administrator", async () => {
    const sleeping = other.query("SELECT pg_sleep(5)")
    setTimeout(
      () => void query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(5)%'"),
      100
    )
    await sleeping
  })
  await fails("pg: after the end", () => other.query("SELECT 1"))

  const postgres = (await load("postgres")).default
  const sql = postgres({ ...login, username: "ada", max: 1, onnotice: () => undefined })
  for (const id of ["unique", "foreign key", "not null", "syntax"]) {
    await fails(`postgres.js: ${id}`, () => sql.unsafe(wrong[id]!))
  }
  await fails(
    "postgres.js: refused",
    () => postgres({ ...login, port: servers.refusedPort, username: "ada" }).unsafe("SELECT 1")
  )
  await fails(
    "postgres.js: connect timeout",
    () => postgres({ ...login, port: servers.silentPort, username: "ada", connect_timeout: 1 }).unsafe("SELECT 1")
  )
  await fails("postgres.js: ended", async () => {
    await sql.end()
    await sql.unsafe("SELECT 1")
  })
  await recordBuilders({ fails, load }, login, pool)
  await fails("pg: the server stops", async () => {
    const sleeping = client.query("SELECT pg_sleep(5)")
    setTimeout(() => server.kill("SIGINT"), 100)
    setTimeout(() => killGroup(server, data, bin), 150)
    await sleeping
  })
  killGroup(server, data, bin)
}

const killGroup = (server: ChildProcess, data: string, bin: string): void => {
  try {
    execFileSync(...asUser("postgres", `${bin}/pg_ctl`, ["stop", "-D", data, "-m", "immediate"]), { stdio: "ignore" })
  } catch {
    server.kill("SIGKILL")
  }
}

const passwordFile = (): string => {
  const file = join(temporary(), "password")
  writeFileSync(file, "none\n", { mode: 0o644 })
  return file
}

/** Query builders and ORMs over the driver of Postgres. */
const recordBuilders = async (
  { fails, load }: Pick<Recorder, "fails" | "load">,
  login: Client,
  pool: Client
): Promise<void> => {
  const { drizzle } = await load("drizzle-orm/node-postgres")
  const { sql } = await load("drizzle-orm")
  const db = drizzle(pool)
  for (const id of ["unique", "foreign key", "not null", "syntax"]) {
    await fails(`drizzle: ${id}`, () => db.execute(sql.raw(wrong[id]!)))
  }
  const knex = (await load("knex")).default({
    client: "pg",
    connection: login,
    pool: { min: 0, max: 1 },
    acquireConnectionTimeout: 80
  })
  for (const id of ["unique", "check"]) await fails(`knex: ${id}`, () => knex.raw(wrong[id]!))
  await fails("knex: pool timeout", () => knex.transaction(() => knex.raw("SELECT 1")))
  const { Sequelize } = await load("sequelize")
  const sequelize = new Sequelize({ dialect: "postgres", ...login, username: "ada", logging: false })
  for (const id of ["unique", "foreign key", "syntax"]) {
    await fails(`sequelize: ${id}`, () => sequelize.query(wrong[id]!))
  }
  await fails(
    "sequelize: refused",
    () => new Sequelize({ dialect: "postgres", ...login, port: 9, logging: false }).authenticate()
  )
  await fails(
    "sequelize: wrong password",
    () =>
      new Sequelize({ dialect: "postgres", ...login, username: "ada", password: "wrong", logging: false })
        .authenticate()
  )
  const { DataSource } = await load("typeorm")
  const source = new DataSource({ type: "postgres", ...login, username: "ada" })
  await source.initialize()
  for (const id of ["unique", "not null", "syntax"]) await fails(`typeorm: ${id}`, () => source.query(wrong[id]!))
  const { Kysely, PostgresDialect } = await load("kysely")
  const kysely = new Kysely({ dialect: new PostgresDialect({ pool }) })
  await fails("kysely: no row", () => kysely.selectFrom("t").selectAll().where("id", "=", 77).executeTakeFirstOrThrow())
  await fails("kysely: unique", () => kysely.insertInto("t").values({ id: 1, n: 1 }).execute())
}

/** A server that listens may still be starting up. */
const whenReady = async (open: () => Promise<Client>): Promise<Client> => {
  for (let tries = 0; tries < 50; tries++) {
    try {
      return await open()
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  return await open()
}

const recordMysql = async ({ fails, load }: Recorder, servers: Servers): Promise<void> => {
  if (!existsSync("/usr/sbin/mariadbd")) throw new Error("MariaDB is not installed")
  const folder = temporary()
  const data = join(folder, "data")
  const port = await freePort()
  execFileSync(
    ...asUser("mysql", "mariadb-install-db", [
      `--datadir=${data}`,
      "--auth-root-authentication-method=normal",
      "--skip-test-db"
    ]),
    { stdio: "ignore" }
  )
  const server = spawn(
    ...asUser("mysql", "/usr/sbin/mariadbd", [
      `--datadir=${data}`,
      `--port=${port}`,
      "--bind-address=127.0.0.1",
      `--socket=${folder}/s`,
      `--pid-file=${folder}/p`
    ]),
    { stdio: "ignore" }
  )
  process.once("exit", () => server.kill("SIGKILL"))
  await untilOpen(port)
  const mysql = (await load("mysql2/promise")).default
  const login = { host: "127.0.0.1", port, user: "root", multipleStatements: true }
  const setup = await whenReady(() => mysql.createConnection(login))
  await setup.query(
    "CREATE DATABASE d; USE d; CREATE TABLE p (id INT PRIMARY KEY); CREATE TABLE t (id INT PRIMARY KEY, n INT NOT NULL CHECK (n > 0), s VARCHAR(3), p INT, FOREIGN KEY (p) REFERENCES p (id)); INSERT INTO t VALUES (1, 1, 'a', NULL); INSERT INTO p VALUES (1), (2); CREATE USER guest@'127.0.0.1' IDENTIFIED BY 'none'; SET GLOBAL innodb_lock_wait_timeout = 1"
  )
  const client = await mysql.createConnection({ ...login, database: "d" })
  for (const [id, sql] of Object.entries(wrong)) await fails(`mysql2: ${id}`, () => client.query(sql))
  await fails("mysql2: wrong password", () => mysql.createConnection({ ...login, password: "wrong" }))
  await fails(
    "mysql2: no permission",
    async () =>
      (await mysql.createConnection({ ...login, user: "guest", password: "none", database: "d" })).query(
        "DELETE FROM t"
      )
  )
  await fails(
    "mysql2: statement timeout",
    () => client.query("SET STATEMENT max_statement_time = 0.05 FOR SELECT SLEEP(5)")
  )
  await fails("mysql2: read-only", () => client.query("START TRANSACTION READ ONLY; DELETE FROM t"))
  await client.query("ROLLBACK")
  const other = await mysql.createConnection({ ...login, database: "d" })
  await client.query("BEGIN; UPDATE p SET id = 1 WHERE id = 1")
  await fails("mysql2: lock wait", () => other.query("UPDATE p SET id = 1 WHERE id = 1"))
  await other.query("BEGIN; UPDATE p SET id = 2 WHERE id = 2")
  const mine = client.query("UPDATE p SET id = 2 WHERE id = 2").then(() => undefined, (failure: unknown) => failure)
  const theirs = other.query("UPDATE p SET id = 1 WHERE id = 1").then(() => undefined, (failure: unknown) => failure)
  await fails("mysql2: deadlock", async () => Promise.reject(await mine ?? await theirs))
  await Promise.all([client.query("ROLLBACK"), other.query("ROLLBACK")])
  await fails("mysql2: query timeout", () => other.query({ sql: "SELECT SLEEP(2)", timeout: 50 }))
  await fails("mysql2: refused", () => mysql.createConnection({ ...login, port: servers.refusedPort }))
  await fails(
    "mysql2: connect timeout",
    () => mysql.createConnection({ ...login, port: servers.silentPort, connectTimeout: 80 })
  )
  await fails("mysql2: pool is full", async () => {
    const pool = mysql.createPool({ ...login, connectionLimit: 1, queueLimit: 1 })
    await Promise.all([pool.query("SELECT SLEEP(1)"), pool.query("SELECT SLEEP(1)"), pool.query("SELECT SLEEP(1)")])
  })
  const mariadb = (await load("mariadb")).default
  const maria = await mariadb.createConnection({ ...login, database: "d" })
  for (const id of ["unique", "foreign key", "not null", "too long", "syntax"]) {
    await fails(`mariadb: ${id}`, () => maria.query(wrong[id]!))
  }
  await fails("mariadb: pool timeout", async () => {
    const pool = mariadb.createPool({ ...login, connectionLimit: 1, acquireTimeout: 80 })
    await pool.getConnection()
    await pool.getConnection()
  })
  await fails("mysql2: the server stops", async () => {
    const sleeping = client.query("SELECT SLEEP(5)")
    setTimeout(() => execFileSync("pkill", ["-9", "-P", String(server.pid)], { stdio: "ignore" }), 100)
    await sleeping
  })
  server.kill("SIGKILL")
}

const recordSqlite = async ({ fails, load }: Recorder): Promise<void> => {
  const folder = temporary()
  const db = new DatabaseSync(join(folder, "a.db"))
  db.exec(`PRAGMA foreign_keys = ON; ${tables}; INSERT INTO t VALUES (1, 1, 'a', NULL)`)
  const sentences = Object.entries(wrong).filter(([id]) => id !== "too long")
  for (const [id, sql] of sentences) await fails(`node:sqlite: ${id}`, () => db.exec(sql))
  await fails(
    "node:sqlite: read-only",
    () => new DatabaseSync(join(folder, "a.db"), { readOnly: true }).exec("DELETE FROM t")
  )
  await fails("node:sqlite: busy", () => {
    db.exec("BEGIN EXCLUSIVE")
    try {
      new DatabaseSync(join(folder, "a.db")).exec("DELETE FROM t")
    } finally {
      db.exec("ROLLBACK")
    }
  })
  await fails("node:sqlite: no such folder", () => new DatabaseSync(join(folder, "missing/a.db")))
  writeFileSync(
    join(folder, "b.db"),
    "this is no database at all, but a text that is long enough to be read as a header of one, and then some"
  )
  await fails("node:sqlite: no database", () => new DatabaseSync(join(folder, "b.db")).exec("SELECT * FROM t"))
  await fails("node:sqlite: full", () => {
    const small = new DatabaseSync(":memory:")
    small.exec("PRAGMA max_page_count = 2; CREATE TABLE big (x); INSERT INTO big VALUES (zeroblob(100000))")
  })
  const initSqlJs = (await load("sql.js")).default ?? await load("sql.js")
  const js = new (await initSqlJs()).Database()
  js.run(`PRAGMA foreign_keys = ON; ${tables}; INSERT INTO t VALUES (1, 1, 'a', NULL)`)
  for (const [id, sql] of sentences) await fails(`sql.js: ${id}`, () => js.run(sql))
  const { createClient } = await load("@libsql/client")
  const libsql = createClient({ url: `file:${join(folder, "c.db")}` })
  await libsql.executeMultiple(`PRAGMA foreign_keys = ON; ${tables}; INSERT INTO t VALUES (1, 1, 'a', NULL)`)
  for (const [id, sql] of sentences.filter(([id]) => id !== "foreign key")) {
    await fails(`libsql: ${id}`, () => libsql.execute(sql))
  }
  rmSync(folder, { recursive: true, force: true })
}

/** Prisma's and SQL Server's classes, made as their libraries make them: their engines and servers are not for every machine. */
const recordClasses = async ({ fails, load, made }: Recorder, servers: Servers): Promise<void> => {
  const {
    PrismaClientInitializationError,
    PrismaClientKnownRequestError,
    PrismaClientUnknownRequestError,
    PrismaClientValidationError
  } = await load("@prisma/client/runtime/client")
  const known = (code: string, meta: object = {}) =>
    new PrismaClientKnownRequestError(`it says ${code}`, { code, clientVersion: "7.10.0", meta })
  for (
    const code of [
      "P2000",
      "P2002",
      "P2003",
      "P2011",
      "P2014",
      "P2024",
      "P2025",
      "P2028",
      "P2034",
      "P2037",
      "P1001",
      "P1002",
      "P1008",
      "P1017",
      "P2022"
    ]
  ) made(`prisma: ${code}`, known(code, { modelName: "User", target: ["email"] }))
  made("prisma: P2010 of a raw query", known("P2010", { code: "40001", message: "could not serialize access" }))
  made(
    "prisma: not reachable at the start",
    new PrismaClientInitializationError("Can't reach database server", "7.10.0", "P1001")
  )
  made(
    "prisma: wrong password at the start",
    new PrismaClientInitializationError("Authentication failed", "7.10.0", "P1000")
  )
  made("prisma: a wrong query", new PrismaClientValidationError("Unknown argument `nmae`", { clientVersion: "7.10.0" }))
  made("prisma: nobody knows", new PrismaClientUnknownRequestError("no", { clientVersion: "7.10.0" }))
  const mssql = (await load("mssql")).default
  const request = (number: number) =>
    new mssql.RequestError(
      Object.assign(new Error(`it says ${number}`), {
        info: { name: "ERROR", event: "errorMessage", number, state: 1, class: 14, serverName: "s", lineNumber: 1 }
      }),
      "EREQUEST"
    )
  for (const number of [2627, 547, 515, 1205, 1222, 18456, 229, 8152, 40613, 208]) {
    made(`mssql: ${number}`, request(number))
  }
  made("mssql: timeout", new mssql.RequestError("Timeout: Request failed to complete in 15000ms", "ETIMEOUT"))
  await fails(
    "mssql: refused",
    () =>
      mssql.connect({
        server: "127.0.0.1",
        port: servers.refusedPort,
        user: "a",
        password: "none",
        options: { encrypt: false }
      })
  )
}

export const recordDatabases = async (recorder: Recorder, servers: Servers): Promise<void> => {
  for (const record of [recordSqlite, recordClasses, recordPostgres, recordMysql]) await record(recorder, servers)
}
