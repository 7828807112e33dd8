import { attempt } from "../attempt.ts"
import { hook, weave } from "./weave.ts"

/** Describes what of `node:module` is used; the adapter knows no types of Node. */
interface NodeModule {
  registerHooks?: RegisterHooks
  readonly syncBuiltinESMExports?: () => void
  readonly register?: (specifier: string) => unknown
  readonly Module?: { readonly prototype: { _compile: Compile } }
}

type RegisterHooks = (hooks: { readonly load?: Load }) => { readonly deregister?: () => void }

interface Loaded {
  readonly format?: unknown
  readonly source?: unknown
}

type Load = (url: string, context: unknown, next: (url: string, context: unknown) => Loaded) => Loaded
type Compile = (this: unknown, content: unknown, ...rest: ReadonlyArray<unknown>) => unknown

/**
 * Sees to it that the SDKs that load from now on tell of their servers; `onWoven` hears which files were changed, where that is
 * known. Says whether it could.
 */
export const weaveModules = (module: NodeModule, onWoven: (file: string) => void): boolean => {
  if (typeof module.registerHooks === "function") {
    stayFirst(module, module.registerHooks, {
      load: (url, context, next) => {
        const loaded = next(url, context)
        const changed = woven(loaded)
        if (changed !== loaded) onWoven(url)
        return changed
      }
    })
    return true
  }
  const { Module, register } = module
  if (typeof register !== "function" || Module === undefined) return false
  register.call(module, `data:text/javascript,${encodeURIComponent(loader)}`)
  const compile = Module.prototype._compile
  Module.prototype._compile = function(content, ...rest) {
    const changed = typeof content === "string" ? safely(content) : content
    if (changed !== content) onWoven(String(rest[0]))
    return compile.call(this, changed, ...rest)
  }
  return true
}

/**
 * Registers ours anew: what is registered last is asked first, and may ask no other: compilers do so. Ours is registered anew
 * after each.
 */
const stayFirst = (module: NodeModule, register: RegisterHooks, hooks: { readonly load: Load }): void => {
  let own = register.call(module, hooks)
  const registerHooks: RegisterHooks = function(later) {
    const registered = register.call(module, later)
    attempt(() => own.deregister?.())
    own = register.call(module, hooks)
    return registered
  }
  attempt(() => {
    module.registerHooks = registerHooks
    module.syncBuiltinESMExports?.()
  })
}

const formats: ReadonlySet<unknown> = new Set(["module", "commonjs"])

const woven = (loaded: Loaded): Loaded => {
  const source = formats.has(loaded.format) ? textOf(loaded.source) : undefined
  const changed = source === undefined ? undefined : safely(source)
  return changed === undefined || changed === source ? loaded : { ...loaded, source: changed }
}

/** Weaves a source; what cannot be changed stays as it is. */
const safely = (source: string): string => attempt(() => weave(source, hook)) ?? source

const decoder = new TextDecoder()

interface Bytes extends Uint8Array {
  readonly includes: (text: never) => boolean
}

interface NodeBuffer {
  readonly from: (buffer: unknown, offset: number, length: number) => Bytes
}

const { Buffer } = globalThis as unknown as { readonly Buffer?: NodeBuffer }

/** Decodes a file, if it may be an SDK's: the bytes of most are not decoded for that. Other hooks may give bytes of any kind. */
const textOf = (source: unknown): string | undefined => {
  if (typeof source === "string") return source
  const given = source instanceof ArrayBuffer ? new Uint8Array(source) : source
  if (!(given instanceof Uint8Array)) return undefined
  const bytes = Buffer?.from(given.buffer, given.byteOffset, given.byteLength)
  return bytes === undefined || marks.some((mark) => bytes.includes(mark as never)) ? decoder.decode(given) : undefined
}

const marks = ["_requestHandlers", "_registeredTools"]

/** For Node before 22.15: its loader of modules runs in another thread, where nothing of ours is. */
const loader = `
const weave = ${weave.toString()}
export const load = async (url, context, next) => {
  const loaded = await next(url, context)
  if (loaded.format !== "module" || loaded.source == null) return loaded
  try {
    const source = typeof loaded.source === "string" ? loaded.source : new TextDecoder().decode(loaded.source)
    const woven = weave(source, ${JSON.stringify(hook)})
    return woven === undefined ? loaded : { ...loaded, source: woven }
  } catch {
    return loaded
  }
}`
