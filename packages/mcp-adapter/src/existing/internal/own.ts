import { read } from "../../fold/internal/readProperty.ts"

/**
 * Describes where a server's own code lies. A message counts as its author's own only if the error was made there: what drivers
 * and other packages say was written for programmers.
 */
export interface Origin {
  /** The folder of the server's package; `undefined` if it cannot be told. */
  readonly root: string | undefined
}

/**
 * Returns the origin of who calls: the first frame that is neither ours nor an SDK's, else the entry script. It is read when
 * somebody asks for it, not at the start: that is at the first failure, which most servers reach late. Never throws.
 */
export const originHere = (): Origin => {
  let made: unknown
  try {
    made = new Error()
  } catch {
    // a hook of the application's own: it may throw
  }
  let found: Origin | undefined
  return {
    get root() {
      found ??= originOf(read(made, "stack"))
      return found.root
    }
  }
}

/** Returns the origin of what stands in a stack, whatever a hook of the application's made of it. */
export const originOf = (stack: unknown): Origin => {
  const files = typeof stack === "string" ? framesOf(stack).map(({ file }) => file) : filesOf(stack)
  const file = files.find((file) => !isPart(file) && !file.startsWith("node:")) ?? entryScript()
  return { root: file === undefined ? undefined : packageRoot(file) }
}

/** Describes whether the first frame of an error is the server's own, and whether that could be told at all. */
export type Ownership = "own" | "foreign" | "bundle"

/**
 * Says whose an error is by its first frame. Frames are read after the exact `name: message` header, since a message can hold
 * lines that look like frames; an error without frames is no author's own. In a bundle all code stands in one file.
 */
export const ownershipOf = (error: unknown, { root }: Origin): Ownership => {
  const { file, isBundle } = topOf(error, read(error, "stack"))
  if (file === undefined) return "foreign"
  if (isBundle) return "bundle"
  return root !== undefined && isBelow(file, root) ? "own" : "foreign"
}

/** Describes the first frame of a stack: its file, and whether the SDK stands in it too. */
interface Top {
  readonly file: string | undefined
  readonly isBundle: boolean
}

/** Keeps what was read of short stacks: a server makes its errors in few places, to which the same frames lead. */
const tops = new Map<string, Top>()
const mostTops = 200
/** Frames are a part of the whole text, which stays with them. */
const longestKept = 8_000

const topOf = (error: unknown, stack: unknown): Top => {
  if (typeof stack !== "string") return readTop([], filesOf(stack)[0])
  const frames = afterHeader(error, stack) ?? ""
  const known = tops.get(frames)
  if (known !== undefined) return known
  const lines = linesOf(frames)
  const top = readTop(lines, firstFileOf(lines))
  if (stack.length <= longestKept) {
    if (tops.size >= mostTops) tops.clear()
    tops.set(frames, top)
  }
  return top
}

const readTop = (lines: ReadonlyArray<string>, file: string | undefined): Top => ({
  file,
  isBundle: file !== undefined && holdsSdk(lines, file)
})

/**
 * Says where an error was made, as people may read it: the first frame of the server's own code, below its package; else the
 * first one that is neither ours nor an SDK's, below its `node_modules`. `undefined` for an error without frames.
 */
export const siteOf = (error: unknown, { root }: Origin): string | undefined => {
  const frames = framesOf(afterHeader(error, read(error, "stack")) ?? "").filter(({ file }) =>
    !file.startsWith("node:")
  )
  const own = root === undefined ? undefined : frames.find(({ file }) => isBelow(file, root))
  if (own !== undefined) return `${own.file.slice((root ?? "").length + 1)}:${own.line}`
  const other = frames.find(({ file }) => !isPart(file)) ?? frames[0]
  if (other === undefined) return undefined
  const below = other.file.lastIndexOf("/node_modules/")
  return `${other.file.slice(below < 0 ? other.file.lastIndexOf("/") + 1 : below + 1)}:${other.line}`
}

/** Returns the part of a stack after its header; `undefined` if the header is not the one that the message would have. */
const afterHeader = (error: unknown, stack: unknown): string | undefined => {
  const message = read(error, "message")
  if (typeof stack !== "string" || typeof message !== "string") return undefined
  if (message === "") return stack.slice(Math.max(0, stack.indexOf("\n")))
  const start = stack.indexOf(": ") + 2
  const end = start + message.length
  if (!isName(stack, start - 2) || !stack.startsWith(message, start)) return undefined
  return end === stack.length || stack[end] === "\n" ? stack.slice(end) : undefined
}

const longestName = 200

/** Tests whether a stack begins with a name of so many letters, as an engine writes it. */
const isName = (stack: string, length: number): boolean =>
  length >= 0 && length <= longestName && stack.indexOf(":") === length && stack.lastIndexOf("\n", length) < 0

const frame = /^[ \t]*at (?:.*?\()?((?:file:\/\/)?[^()\n]*?):(\d+):\d+\)?$/

interface Frame {
  readonly file: string
  readonly line: string
}

/** Limits how many frames are looked at. */
const mostFrames = 30

/** The frames of a stack, from the top. */
const framesOf = (stack: string): ReadonlyArray<Frame> => linesOf(stack).flatMap((text) => frameOf(text) ?? [])

/** Looks no further than the first frame. */
const firstFileOf = (lines: ReadonlyArray<string>): string | undefined => {
  for (const text of lines) {
    const found = frameOf(text)
    if (found !== undefined) return found.file
  }
  return undefined
}

const linesOf = (stack: string): ReadonlyArray<string> => stack.split("\n", mostFrames + 1)

const frameOf = (text: string): Frame | undefined => {
  const [, file = "", line = ""] = (text.length > 2_000 ? undefined : frame.exec(text)) ?? []
  return file === "" ? undefined : { file: plainPath(file.replace(/^async /, "")), line }
}

/** Returns the files of call sites, which `Error.prepareStackTrace` may give in the place of a text. */
const filesOf = (sites: unknown): ReadonlyArray<string> => {
  if (!Array.isArray(sites)) return []
  return sites.slice(0, mostFrames).flatMap((site: unknown) => {
    const file = fileOf(site)
    return file === undefined ? [] : [plainPath(file)]
  })
}

const fileOf = (site: unknown): string | undefined => {
  try {
    const file = (site as { readonly getFileName: () => unknown }).getFileName()
    return typeof file === "string" && file !== "" ? file : undefined
  } catch {
    return undefined
  }
}

/** Returns a path with forward slashes, without the scheme of a file's URL. */
const plainPath = (file: string): string => {
  if (!file.startsWith("file://")) return file.replaceAll("\\", "/")
  const path = file.slice("file://".length).replace(/^\/(?=[A-Za-z]:\/)/, "")
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

const here = plainPath(String(import.meta.url))

/**
 * The folder of the adapter's own files, as modules or as published bundles; `undefined` where the server was bundled with it.
 */
const ourFolder =
  /^(.*\/)(?:existing\/internal\/own\.[jt]s|(?<=\/mcp-adapter\/dist\/)(?:bundled|node(?:\/chunks)?)\/[^/]+\.js)$/.exec(
    here
  )
    ?.[1]

/** Tests whether a file is part of the adapter or of an SDK. */
const isPart = (file: string): boolean =>
  (ourFolder !== undefined && file.startsWith(ourFolder)) || file === here ||
  /\/node_modules\/@(?:modelcontextprotocol|errata)\//.test(file)

const mayBeSdkFrame = /executeToolHandler|_onrequest|wrappedHandler|executePromptHandler/
const sdkFrame =
  /^[ \t]*at (?:async )?(?:[\w$.]*\.)?(?:executeToolHandler|_onrequest|wrappedHandler|executePromptHandler) /

/** Tests whether the SDK, or the adapter, stands in the same file as the code that failed. */
const holdsSdk = (lines: ReadonlyArray<string>, first: string): boolean => {
  if (first === here) return ourFolder === undefined
  const [name = ""] = /[\w.-]*$/.exec(first) ?? [] // written alike in every frame of the file
  return lines.some((line) =>
    line.includes(name) && mayBeSdkFrame.test(line) && sdkFrame.test(line) && framesOf(line)[0]?.file === first
  )
}

const isBelow = (file: string, root: string): boolean =>
  file.startsWith(`${root}/`) && !file.slice(root.length).includes("/node_modules/")

interface NodeProcess {
  readonly argv?: ReadonlyArray<string>
  readonly getBuiltinModule?: (name: string) => unknown
}

const { process } = globalThis as unknown as { readonly process?: NodeProcess }

/** Returns the entry script. A command of `node_modules/.bin` is a link; frames name the file itself. */
const entryScript = (): string | undefined => {
  const script = process?.argv?.[1]
  if (typeof script !== "string" || script === "") return undefined
  try {
    return plainPath(files()?.realpathSync?.(script) ?? script)
  } catch {
    return plainPath(script)
  }
}

interface Files {
  readonly existsSync?: (path: string) => boolean
  readonly realpathSync?: (path: string) => string
}

const files = (): Files | undefined => process?.getBuiltinModule?.("node:fs") as Files | undefined

/** Tests whether a file exists; never true where there are no files. */
const exists = (path: string): boolean => {
  try {
    return files()?.existsSync?.(path) === true
  } catch {
    return false
  }
}

const roots = new Map<string, string>()
const mostRoots = 1_000

/**
 * Returns the folder of the nearest package.json, at most up to the folder of the package under `node_modules`; else the file's
 * own.
 */
const packageRoot = (file: string): string => {
  const folder = file.slice(0, Math.max(0, file.lastIndexOf("/")))
  const known = roots.get(folder)
  if (known !== undefined) return known
  const installed = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(folder)?.[0]
  let at = folder
  while (at !== "" && !exists(`${at}/package.json`) && at !== installed) {
    at = at.slice(0, Math.max(0, at.lastIndexOf("/")))
  }
  const root = at === "" ? installed ?? folder : at
  if (roots.size >= mostRoots) roots.clear()
  roots.set(folder, root)
  return root
}
