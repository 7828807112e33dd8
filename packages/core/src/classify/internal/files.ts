import { inside } from "../../errors/stock/fields.ts"
import type { Finding, View } from "./finding.ts"
import { isObject, items, text, valuesOf } from "./read.ts"

type Describe = (thing: string) => Pick<Finding, "kind" | "reason">

const codes: Readonly<Record<string, Describe>> = {
  ENOENT: () => ({ kind: "missing" }),
  ENOTDIR: () => ({ kind: "missing" }),
  EEXIST: () => ({ kind: "exists" }),
  EACCES: () => ({ kind: "denied" }),
  EPERM: () => ({ kind: "denied" }),
  EROFS: () => ({ kind: "denied" }),
  EISDIR: (thing) => ({ kind: "unsupported", reason: `Using the directory ${inside(thing)} as a file` }),
  ERR_FS_EISDIR: (thing) => ({ kind: "unsupported", reason: `Using the directory ${inside(thing)} as a file` }),
  ENOTEMPTY: () => ({ kind: "conflict", reason: "it is not empty" }),
  EBUSY: () => ({ kind: "lost", reason: "it is busy" }),
  ETXTBSY: () => ({ kind: "lost", reason: "it is busy" }),
  ENAMETOOLONG: () => ({ kind: "arguments", reason: "the name is too long" }),
  ENOSPC: () => ({ kind: "lost", reason: "its disk is full" }),
  EDQUOT: () => ({ kind: "quota" }),
  EIO: () => ({ kind: "lost", reason: "its disk cannot be read or written" }),
  EFBIG: (thing) => ({ kind: "tooLarge", reason: thing }),
  ERR_FS_FILE_TOO_LARGE: (thing) => ({ kind: "tooLarge", reason: thing })
}

/** Returns what the file system says; of a whole handler only where the path is one of its arguments. */
export const files = ({ code, context, failure, options }: View): Finding | undefined => {
  if (code === undefined || !Object.hasOwn(codes, code)) return undefined
  const { id, resource, service } = options
  const rule = `code ${code}`
  if (context.handler === undefined) {
    return { ...codes[code]!(id ?? resource ?? service), rule, read: "code" }
  }
  const path = askedPath(text(failure, "path"), context.handler.arguments) ??
    askedPath(text(failure, "dest"), context.handler.arguments)
  if (path === undefined) return undefined
  const syscall = text(failure, "syscall") ?? ""
  const finding = codes[code]!(path)
  const noun = finding.kind === "denied" ? undefined : nouns[syscall] ?? "File"
  return {
    ...finding,
    asked: { resource: noun, id: path, action: verbs[syscall] ?? "use" },
    rule: `${rule} for a path that was asked for`,
    read: "path"
  }
}

const nouns: Readonly<Record<string, string>> = {
  scandir: "Directory",
  opendir: "Directory",
  mkdir: "Directory",
  rmdir: "Directory"
}

const verbs: Readonly<Record<string, string>> = {
  open: "open",
  read: "read",
  write: "write",
  scandir: "list",
  opendir: "list",
  mkdir: "create",
  unlink: "delete",
  rmdir: "delete",
  rm: "delete",
  rename: "rename",
  copyfile: "copy",
  chmod: "change",
  chown: "change",
  stat: "read",
  lstat: "read",
  access: "use"
}

/** Limits how many values of the arguments are compared. */
const limit = 1000

/** The argument that names a path: the same text, or its end below a folder. */
export const askedPath = (path: string | undefined, given: unknown): string | undefined => {
  if (path === undefined || path === "") return undefined
  let left = limit
  const find = (value: unknown, depth: number): string | undefined => {
    if (left-- <= 0 || depth > 6) return undefined
    if (typeof value === "string") return names(value, path) ? value : undefined
    if (!isObject(value)) return undefined
    for (const inner of Array.isArray(value) ? items(value, limit) : valuesOf(value)) {
      const found = find(inner, depth + 1)
      if (found !== undefined) return found
    }
    return undefined
  }
  return find(given, 0)
}

const names = (argument: string, path: string): boolean => {
  if (argument === "" || argument.length > path.length + 2) return false
  const bare = argument.replace(/^\.[/\\]/, "")
  return argument === path || bare !== "" && (path.endsWith(`/${bare}`) || path.endsWith(`\\${bare}`))
}
