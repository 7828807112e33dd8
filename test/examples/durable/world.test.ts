/** The world of the story keeps what callers name within its folder. */
import * as World from "@errata/examples/durable/world"
import { mkdirSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { assert, it, onTestFinished } from "vitest"

import * as Folder from "../../wire/Folder.ts"

it.each(["/../../escaped", "..", "a\nb", "a.b", "\ud800", "x".repeat(100_000)])(
  "an order of any name is done, told and taken back: %j",
  (order) => {
    const folder = Folder.make()
    onTestFinished(folder.remove)
    const world = join(folder.path, "world")
    mkdirSync(world)
    World.ask(world, `charge ${order}`)
    World.effect(world, `charge ${order}`, "key")
    assert.deepStrictEqual(readdirSync(folder.path), ["world"])
    assert.lengthOf(World.requests(world), 1)
    assert.lengthOf(World.effects(world), 1)
    World.undo(world, `charge ${order}`, "key")
    assert.lengthOf(World.effects(world), 0)
  }
)
