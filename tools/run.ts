import { spawnSync } from "node:child_process"

/** Runs a command in the foreground; throws unless it succeeds. */
export const run = (cwd: string, command: string, ...args: ReadonlyArray<string>): void => {
  console.log(`$ ${command} ${args.join(" ")}`)
  const { error, status } = spawnSync(command, args, { cwd, stdio: "inherit" })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} exited with ${status}`)
}
