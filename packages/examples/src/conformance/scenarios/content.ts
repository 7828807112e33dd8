/**
 * Holds the blocks of content that tools, prompts and resources of the suite return.
 */

/** A PNG of one red pixel. */
export const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGPYpKQEAAKAAPdAb8ZtAAAAAElFTkSuQmCC"

/** A WAV of one silent sample. */
const wav = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQIAAAAAAA=="

export const text = (text: string) => ({ type: "text" as const, text })

export const image = { type: "image" as const, data: png, mimeType: "image/png" }

export const audio = { type: "audio" as const, data: wav, mimeType: "audio/wav" }

export const resource = (uri: string, mimeType: string, text: string) => ({
  type: "resource" as const,
  resource: { uri, mimeType, text }
})
