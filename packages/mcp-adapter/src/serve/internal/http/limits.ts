import * as Duration from "effect/Duration"

/** See `http.Limits`. */
export interface Limits {
  /** The most bytes of a request's body; a longer one is refused with 413. Default 4 MiB. */
  readonly bodyBytes?: number | undefined
  /** The most bytes of a request line with its headers; more are refused with 431. Default 16 KiB. */
  readonly headerBytes?: number | undefined
  /** The time that a client may take to send the headers; then 408 and the connection is closed. Default 10 s. */
  readonly headerTimeout?: Duration.Input | undefined
  /** The time that a client may take to send a body; then 408 and the connection is closed. Default 30 s. */
  readonly bodyTimeout?: Duration.Input | undefined
  /** The time that a request may take to be answered, the wait for its turn included; then 504. Default 5 min. */
  readonly replyTimeout?: Duration.Input | undefined
  /** The time that a client may read nothing of what is written to it; then the connection is closed. Default 30 s. */
  readonly readTimeout?: Duration.Input | undefined
  /** The time that a connection without a request is kept. Default 65 s: load balancers keep theirs for 60 s. */
  readonly idleTimeout?: Duration.Input | undefined
  /** The most connections at once; more are closed as they come. Default 1,024. */
  readonly connections?: number | undefined
  /** The most requests that are worked on at once; more wait their turn. Default 256. */
  readonly concurrency?: number | undefined
  /** The most requests that wait their turn; more are refused with 503 and `Retry-After`. Default 256. */
  readonly queue?: number | undefined
  /** The time that a request waits for its turn; then 503 and `Retry-After`. Default 10 s. */
  readonly queueTimeout?: Duration.Input | undefined
  /** The most bytes of bodies that are kept at once, those half read included; more are refused with 503. Default 64 MiB. */
  readonly bufferedBytes?: number | undefined
  /** The most streams open at once that belong to no call (`GET`, subscriptions); more are refused with 503. Default 256. */
  readonly streams?: number | undefined
}

/** Holds the limits with their defaults filled in; times in milliseconds. */
export interface Bounds {
  readonly bodyBytes: number
  readonly headerBytes: number
  readonly headerTimeout: number
  readonly bodyTimeout: number
  readonly replyTimeout: number
  readonly readTimeout: number
  readonly idleTimeout: number
  readonly connections: number
  readonly concurrency: number
  readonly queue: number
  readonly queueTimeout: number
  readonly bufferedBytes: number
  readonly streams: number
}

const mebibyte = 1024 * 1024

/** Fills in the defaults. Throws a `RangeError` for what bounds nothing. */
export const boundsOf = (limits: Limits = {}): Bounds => ({
  bodyBytes: count("bodyBytes", limits.bodyBytes, 4 * mebibyte),
  headerBytes: count("headerBytes", limits.headerBytes, 16 * 1024),
  headerTimeout: millis("headerTimeout", limits.headerTimeout, "10 seconds"),
  bodyTimeout: millis("bodyTimeout", limits.bodyTimeout, "30 seconds"),
  replyTimeout: millis("replyTimeout", limits.replyTimeout, "5 minutes"),
  readTimeout: millis("readTimeout", limits.readTimeout, "30 seconds"),
  idleTimeout: millis("idleTimeout", limits.idleTimeout, "65 seconds"),
  connections: count("connections", limits.connections, 1_024),
  concurrency: count("concurrency", limits.concurrency, 256),
  queue: count("queue", limits.queue, 256, 0),
  queueTimeout: millis("queueTimeout", limits.queueTimeout, "10 seconds"),
  bufferedBytes: count("bufferedBytes", limits.bufferedBytes, 64 * mebibyte),
  streams: count("streams", limits.streams, 256, 0)
})

/** Returns a number that was given, or its default. Throws a `RangeError` for what is no count. */
export const count = (name: string, given: number | undefined, fallback: number, least = 1): number => {
  const value = given ?? fallback
  if (Number.isSafeInteger(value) && value >= least) return value
  throw new RangeError(`${name} must be a whole number of at least ${least}`)
}

/** The longest time that a timer of Node keeps: beyond, it fires at once. */
const longest = 2 ** 31 - 1

/** Returns a time that was given, or its default, in milliseconds. Throws a `RangeError` for none and for what no timer keeps. */
export const millis = (name: string, given: Duration.Input | undefined, fallback: Duration.Input): number => {
  const value = Math.ceil(Duration.toMillis(Duration.fromInputUnsafe(given ?? fallback)))
  if (value > 0 && value <= longest) return value
  throw new RangeError(`${name} must be longer than nothing and shorter than 24 days`)
}
