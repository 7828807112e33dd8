import {
  type Family,
  type Finding,
  lookUp,
  lookUpMessage,
  lookUpName,
  patternsOf,
  table,
  type View
} from "./finding.ts"

/** The word that begins an error of a Redis server. */
const words = /*#__PURE__*/ table([
  ["lost", "it is starting up", "LOADING"],
  ["lost", "it is busy", "BUSY TRYAGAIN"],
  ["lost", "it is changing its primary", "CLUSTERDOWN MASTERDOWN READONLY NOREPLICAS NOGOODSLAVE UNBLOCKED"],
  ["lost", "it has no memory left", "OOM"],
  ["lost", "its disk cannot be written", "MISCONF"],
  ["credentials", undefined, "NOAUTH WRONGPASS"],
  ["denied", undefined, "NOPERM"],
  ["exists", undefined, "BUSYGROUP BUSYKEY"],
  ["missing", undefined, "NOGROUP"]
])

const sentences = [
  ["overloaded", undefined, /^ERR max number of clients reached/],
  ["credentials", undefined, /^ERR (?:invalid password|AUTH )/],
  ["missing", undefined, /^ERR no such key/]
] as const

/** Lists what clients say without the server. */
const client = [
  ["lost", "the connection is closed", /^Connection is closed\.$/],
  ["lost", "the connection is closed", /^Stream isn't writeable and enableOfflineQueue options is false$/],
  [
    "lost",
    "the connection was lost",
    /^(?:Socket closed unexpectedly|Redis connection lost and .{1,40} aborted|Failed to refresh slots cache\.|None of the sentinels are reachable|All sentinels are unreachable)/
  ],
  ["timeout", undefined, /^Command timed out$/]
] as const

const classes = /*#__PURE__*/ table([
  [
    "lost",
    "the connection is closed",
    "ClientClosedError ClientOfflineError DisconnectsClientError SocketClosedUnexpectedlyError RootNodesUnavailableError"
  ],
  ["timeout", undefined, "ConnectionTimeoutError SocketTimeoutError CommandTimeoutError"],
  ["conflict", "it was changed in the meantime", "WatchError"]
])

const weakClasses = /*#__PURE__*/ table([
  ["lost", "the connection was lost", "MaxRetriesPerRequestError ClusterAllFailedError ReconnectStrategyError"]
])

const replies: ReadonlySet<string> = new Set([
  "ReplyError",
  "ErrorReply",
  "SimpleError",
  "BlobError",
  "MultiErrorReply"
])

const strong = (view: View): Finding | undefined => {
  const { message, names } = view
  if (names.some((name) => replies.has(name))) {
    return lookUp({ from: words, code: /^-?([A-Z]+)\b/.exec(message)?.[1], rule: "Redis' word", read: "message" }) ??
      lookUpMessage(sentences, message, "Redis' sentence")
  }
  return lookUpName(classes, view, "class of a Redis client") ??
    lookUpMessage(client, message, "sentence of a Redis client")
}

/** Redis and its kin, by ioredis and node-redis. */
export const redis: Family = {
  name: "redis",
  strong,
  weak: (view) => lookUpName(weakClasses, view, "class of a Redis client"),
  ofBare: {
    names: (name) => replies.has(name) || classes.has(name) || weakClasses.has(name),
    messages: () => patternsOf(client)
  }
}
