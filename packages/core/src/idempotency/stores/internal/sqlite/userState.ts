/** The only file that reaches effect's folders of users. */
import * as Effect from "effect/Effect"
import * as UserDirectories from "effect/persistence/UserDirectories"
import { createHash } from "node:crypto"
import { join } from "node:path"
import { StoreError } from "../../../store/model.ts"

/** Returns the file of a server in the state folder of the user that runs it. */
export const pathForServer = (name: string): Effect.Effect<string, StoreError> =>
  UserDirectories.make().state("errata").pipe(
    Effect.map((folder) => join(folder, `${fileName(name)}.sqlite`)),
    Effect.mapError((cause) =>
      new StoreError({
        operation: "open",
        reason: "The user has no home folder to keep the store in: give it a path.",
        cause
      })
    )
  )

/** A name that every file system takes stays as it is; another one is told apart by its hash. */
const fileName = (name: string): string => {
  if (/^[a-z0-9][a-z0-9_-]{0,62}$/.test(name)) return name
  const readable = name.toLowerCase().replace(/[^a-z0-9_-]+/g, "-").replace(/^-+/, "").slice(0, 48)
  return `${readable}-${createHash("sha256").update(name).digest("hex").slice(0, 12)}`
}
