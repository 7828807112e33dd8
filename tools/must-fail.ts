/**
 * Proves that a gate bites: runs a command on a known-bad fixture, and succeeds only if the command fails and says why.
 *
 *     node tools/must-fail.ts "what it must say" command argument...
 */
import { spawnSync } from "node:child_process"

const [expected = "", command = "", ...args] = process.argv.slice(2)
const { error, status, stderr, stdout } = spawnSync(command, args, { encoding: "utf8" })
if (error) throw error

if (status === 0 || !(stdout + stderr).includes(expected)) {
  console.error(
    `Expected to fail with "${expected}": ${command} ${args.join(" ")}\nIt exited with ${status}:\n${stdout}${stderr}`
  )
  process.exitCode = 1
} else {
  console.log(`Fails as it should (${expected}): ${args.at(-1)}`)
}
