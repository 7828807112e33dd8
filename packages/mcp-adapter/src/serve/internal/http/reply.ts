/** Describes what goes back over HTTP, before either kind of server writes it. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** The body, if it is whole; empty for none. */
  readonly text: string
  /** The body, if it comes piece by piece. */
  readonly stream?: Stream | undefined
}

/** Describes a body that comes piece by piece, and ends by itself or when it is given up. */
export interface Stream {
  /** Returns the next piece; undefined at the end. Never rejects. */
  readonly next: () => Promise<Uint8Array | undefined>
  /** Is told that the client is gone. */
  readonly leave: () => void
}

const json = "application/json"

/** Writes a value as JSON. */
export const jsonReply = (
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  type = json
): Reply => ({
  status,
  headers: { "content-type": type, "cache-control": "no-store", ...headers },
  text: JSON.stringify(body)
})

/** Answers without a body. */
export const emptyReply = (status: number, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  headers,
  text: ""
})

/** Adds headers to a reply. */
export const withHeaders = (reply: Reply, headers: Readonly<Record<string, string>>): Reply => ({
  ...reply,
  headers: { ...reply.headers, ...headers }
})
