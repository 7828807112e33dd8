/** Makes a copy of the tree in which mutants live, so that the tree itself is never changed. */
import { execFileSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { join } from "node:path"

export interface Copy extends Disposable {
  readonly root: string
}

/** Copies what Git knows or would add, below the ignored folder `.errata`, and installs what a workspace needs. */
export const makeCopy = (root: string): Copy => {
  mkdirSync(join(root, ".errata"), { recursive: true })
  const copy = mkdtempSync(join(root, ".errata/mutate-"))
  const git = ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "-z"]
  const files = execFileSync("git", git, { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 }).split("\0").filter(
    Boolean
  )
  for (const file of files) cpSync(join(root, file), join(copy, file), { recursive: true })
  if (files.includes("pnpm-workspace.yaml")) {
    const install = ["-y", "pnpm@12", "install", "--frozen-lockfile", "--prefer-offline"]
    execFileSync("npx", install, { cwd: copy, stdio: ["ignore", "ignore", "inherit"] })
  }
  return { root: copy, [Symbol.dispose]: () => rmSync(copy, { recursive: true, force: true }) }
}
