/**
 * Walks over all servers and writes docs/recovery.md.
 *
 *     pnpm recovery
 */
import { writeFileSync } from "node:fs"
import { file, isKnown, servers, walkServer, write } from "./document.ts"
import { compare } from "./stacks/cases.ts"

const reports = []
for (const name of Object.keys(servers)) reports.push([name, await walkServer(name)] as const)
writeFileSync(file, write(reports, await compare()))
const wrong = reports.flatMap(([, { missing, rows }]) => [
  ...missing.map((name) => `not provoked: ${name}`),
  ...rows.filter((row) => !row.isFine && !isKnown(row)).map(({ error, host, reasons, tool }) =>
    `${host}, ${tool}, ${error}: ${reasons.join("; ")}`
  )
])
if (wrong.length > 0) console.error(wrong.join("\n"))
process.exit(wrong.length > 0 ? 1 : 0) // a server of another stack leaves handles behind
