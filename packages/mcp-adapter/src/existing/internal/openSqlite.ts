import type { IdempotencyStore } from "@errata/core/IdempotencyStore"
import * as Sqlite from "@errata/core/stores/sqlite"
import { open } from "./openStore.ts"

/** Opens a file of keys. Only here the adapter loads Node's SQLite. */
export const openSqlite = (options: { readonly path: string }): Promise<typeof IdempotencyStore["Service"]> =>
  open(Sqlite.layer(options))
