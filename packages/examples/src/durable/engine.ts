/**
 * Chooses where runs are kept, by the environment.
 *
 * | variable | default | |
 * |---|---|---|
 * | `ENGINE` | `.errata/durable/runs.sqlite` | a file, or a Postgres database: `postgres://user:password@host/name` |
 * | `PORT` | none | with Postgres: the port on which the other processes reach this one; without it, all look into the database |
 * | `HOST` | 127.0.0.1 | the address under which they do |
 * | `TAKE_OVER` | 15 | the seconds after which a process that is silent is taken over from |
 * | `WORLD` | `.errata/durable/world` | the world of the story, a folder |
 * | `TAKES` | 0 | the milliseconds that each request to the world takes |
 */
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { mkdirSync } from "node:fs"
import { dirname, join } from "node:path"
import { layerIn } from "./work.ts"

const state = join(".errata", "durable")
const { ENGINE = join(state, "runs.sqlite"), HOST = "127.0.0.1", PORT, TAKES = "0", TAKE_OVER = "15" } = process.env
const { WORLD = join(state, "world") } = process.env
for (const folder of [WORLD, ...ENGINE.startsWith("postgres") ? [] : [dirname(ENGINE)]]) {
  mkdirSync(folder, { recursive: true })
}
const takeOver = `${Number(TAKE_OVER)} seconds` as const

const engine = async () => {
  if (!ENGINE.startsWith("postgres")) {
    return (await import("@errata/core/durable/sqlite")).layer({ filename: ENGINE, takeOver })
  }
  const shared = PORT === undefined
    ? (await import("@errata/core/durable/sql")).layer({ takeOver })
    : (await import("@errata/core/durable/cluster")).layer({ host: HOST, port: Number(PORT), takeOver })
  const PgClient = await import("@effect/sql-pg/PgClient")
  return Layer.provide(shared, PgClient.layer({ url: Redacted.make(ENGINE) }))
}

/** Provides the shop's work, and the engine that keeps its runs. */
export const layer = async () => Layer.provideMerge(layerIn(WORLD, Number(TAKES)), await engine())
