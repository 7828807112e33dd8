import type { ContentBlock } from "../../fold/CallToolResult.ts"
import type { Settings } from "./redacted.ts"

/** Returns a block of a result that failed, with its texts redacted. Bytes stay: they are data, and would be broken. */
export const safeBlock = (block: ContentBlock, { limits, redactor }: Settings): ContentBlock => {
  const all = { ...limits, string: limits.total, items: 10_000, depth: 40 }
  if ("data" in block) {
    const { data, ...rest } = block
    return { ...redactor.json(rest, all) as object, data } as ContentBlock
  }
  const safe = redactor.json(block, all) as never as ContentBlock
  return block.type === "resource" && "blob" in block.resource && safe.type === "resource"
    ? { ...safe, resource: { ...safe.resource, blob: block.resource.blob } }
    : safe
}
