import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js"

/** Returns the SHA-256 of parts, in hexadecimal. Each is written with its length before it, so that no two lists of parts are one text. */
export const hash = (...parts: ReadonlyArray<string>): string =>
  bytesToHex(sha256(utf8ToBytes(parts.map((part) => `${part.length}:${part}`).join(""))))
