import { expect, it } from "@effect/vitest"
import { Deadline } from "@errata/core/Deadline"
import * as Tool from "@errata/core/Tool"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { bind } from "./support/harness.ts"

const tool = Tool.make("ends_at", { description: "d", output: Schema.Finite })
const endsAt = Tool.handle(tool, () => Effect.service(Deadline))

it.effect.each([
  { runtime: 10_000, expected: 10_000 },
  { runtime: 90_000, expected: 50_000 },
  { runtime: Infinity, expected: 50_000 }
])(
  "a call ends at $expected ms under a runtime that ends at $runtime ms",
  ({ expected, runtime }) =>
    Effect.gen(function*() {
      const call = yield* bind(endsAt)
      const { structuredContent } = yield* call({}).reply
      expect(structuredContent).toEqual({ result: expected })
    }).pipe(Effect.provideService(Deadline, runtime))
)
