import { isRecord } from "./resultLike.ts"

/**
 * Returns what keeps an SDK from sending a block of content; `undefined` if nothing does. It would refuse the whole result, with
 * a protocol error that has no reference. A kind of block that is not known here may be known to it.
 */
export const malformed = (block: unknown): string | undefined => {
  if (!isRecord(block) || typeof block["type"] !== "string") return "A block of content has no type"
  const lacks = fieldsOf(block).find(([, isThere]) => !isThere)?.[0]
  return lacks === undefined ? undefined : `A block of content (${block["type"]}) has no ${lacks}`
}

/** Returns what keeps an SDK from sending a block, of a kind that is ours to know. */
export const malformedOrUnknown = (block: unknown): string | undefined =>
  malformed(block) ??
    (kinds.has((block as { readonly type: string }).type) ? undefined : "A block of content has an unknown type")

const kinds: ReadonlySet<string> = new Set(["text", "image", "audio", "resource_link", "resource"])

type Fields = ReadonlyArray<readonly [name: string, isThere: boolean]>

const fieldsOf = (block: { readonly [key: string]: unknown }): Fields => {
  switch (block["type"]) {
    case "text":
      return [["text", isText(block["text"])]]
    case "image":
    case "audio":
      return [["data in base64", isBase64(block["data"])], ["mimeType", isText(block["mimeType"])]]
    case "resource_link":
      return [["uri", isText(block["uri"])], ["name", isText(block["name"])]]
    case "resource": {
      const resource = isRecord(block["resource"]) ? block["resource"] : {}
      return [
        ["resource.uri", isText(resource["uri"])],
        ["resource.text or blob", isText(resource["text"]) || isBase64(resource["blob"])]
      ]
    }
    default:
      return []
  }
}

const isText = (value: unknown): boolean => typeof value === "string"

/** Tests for what `atob` reads, with which clients check it; linear in what may be megabytes. */
const isBase64 = (value: unknown): boolean => {
  if (typeof value !== "string" || /[^A-Za-z0-9+/=\s]/.test(value)) return false
  const dense = /\s/.test(value) ? value.replace(/\s/g, "") : value
  const padding = dense.indexOf("=")
  return padding === -1
    ? dense.length % 4 !== 1
    : dense.length % 4 === 0 && dense.length - padding <= 2 && !/[^=]/.test(dense.slice(padding))
}
