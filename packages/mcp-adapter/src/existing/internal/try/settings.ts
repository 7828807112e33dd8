import * as Config from "effect/Config"
import * as Effect from "effect/Effect"

/** Describes what the environment says of a trial. */
export interface Settings {
  readonly mode: "shadow" | "apply" | "off"
  /** Says where the comparison is written: a file, as JSON if its name ends so; stderr if there is none. */
  readonly path: string | undefined
  /** Holds what was said wrongly. */
  readonly mistake: string | undefined
}

const asked = Config.all({
  mode: Config.String("ERRATA_TRY").pipe(Config.withDefault("shadow")),
  path: Config.String("ERRATA_TRY_REPORT").pipe(Config.withDefault(""))
})

/** Reads what the environment says. Never throws. */
export const settings = (pid: number): Settings => {
  const { mode, path } = Effect.runSync(
    Effect.orElseSucceed(Effect.suspend(() => asked), () => ({ mode: "shadow", path: "" }))
  )
  const isKnown = mode === "shadow" || mode === "apply" || mode === "off"
  return {
    mode: isKnown ? mode : "shadow",
    path: path === "" ? undefined : path.replaceAll("{pid}", String(pid)),
    mistake: isKnown ? undefined : "ERRATA_TRY is none of shadow, apply, off: taken as shadow."
  }
}
