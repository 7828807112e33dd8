import { variable } from "../../../call/internal/environment.ts"

/** Describes what the environment says of a trial. */
export interface Settings {
  readonly mode: "shadow" | "apply" | "off"
  /** Says where the comparison is written: a file, as JSON if its name ends so; stderr if there is none. */
  readonly path: string | undefined
  /** Holds what was said wrongly. */
  readonly mistake: string | undefined
}

/** Reads what the environment says. Never throws. */
export const settings = (pid: number): Settings => {
  const mode = variable("ERRATA_TRY") ?? "shadow"
  const isKnown = mode === "shadow" || mode === "apply" || mode === "off"
  return {
    mode: isKnown ? mode : "shadow",
    path: variable("ERRATA_TRY_REPORT")?.replaceAll("{pid}", String(pid)),
    mistake: isKnown ? undefined : "ERRATA_TRY is none of shadow, apply, off: taken as shadow."
  }
}
