import type * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import type { CallOf } from "../model.ts"
import type { Request } from "../request.ts"
import type * as EngineModule from "./engine.ts"
import type { KeyedJob } from "./model.ts"

type Engine = typeof EngineModule

let engine: Engine | undefined

/** Loads what keyed calls run in. Servers without keyed tools never do. */
export const load = async (): Promise<Engine> => engine ??= await import("./engine.ts")

/** Spares the first keyed call the load: under the clock of a test nothing may take time that the test does not know of. */
export const provide = (loaded: Engine): void => {
  engine = loaded
}

/** Runs the work of a call once for its key. */
export const once = <Input, R>(
  call: CallOf<Input>,
  keyed: KeyedJob<Input>,
  work: Effect.Effect<unknown, ToolError.Any, R>,
  input: Input,
  request: Request
): Effect.Effect<unknown, ToolError.Any, R> =>
  engine === undefined
    ? Effect.flatMap(Effect.promise(load), ({ run }) => run(call, keyed, work, input, request))
    : engine.run(call, keyed, work, input, request)
