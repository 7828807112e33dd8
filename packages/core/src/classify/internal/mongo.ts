import { type Family, type Finding, lookUp, lookUpMessage, lookUpName, table, type View } from "./finding.ts"
import { items, property, text } from "./read.ts"

/** Numbers of MongoDB's servers. */
const numbers = /*#__PURE__*/ table([
  ["exists", undefined, "11000 11001 12582 48"],
  ["arguments", "a value breaks a rule", "121"],
  ["denied", undefined, "13"],
  ["credentials", undefined, "18 8000"],
  ["missing", undefined, "26"],
  ["missing", undefined, "43"],
  ["timeout", undefined, "50 202 262"],
  ["lost", "transactions conflicted", "112 251"],
  ["lost", "a lock is held", "24"],
  ["lost", "it is shutting down", "91 11600 11602"],
  ["lost", "it is changing its primary", "189 10107 13435 13436 133 10058"],
  ["lost", "the connection was lost", "6 7 89 9001 317"],
  ["lost", "its disk is full", "14031 39"],
  ["tooLarge", undefined, "10334 17419 17420"],
  ["conflict", undefined, "85 86"]
])

const classes = /*#__PURE__*/ table([
  ["timeout", undefined, "MongoNetworkTimeoutError MongoWaitQueueTimeoutError MongoOperationTimeoutError"],
  [
    "lost",
    "the connection was lost",
    "MongoPoolClearedError MongoPoolClearedOnNetworkError MongoServerClosedError MongoExpiredSessionError"
  ],
  ["conflict", "it was changed in the meantime", "VersionError"],
  ["missing", undefined, "DocumentNotFoundError"]
])

const weakClasses = /*#__PURE__*/ table([
  ["lost", "no server can be reached", "MongoServerSelectionError MongooseServerSelectionError"],
  ["lost", "the connection was lost", "MongoNetworkError MongoTopologyClosedError MongoNotConnectedError"]
])

const labels: ReadonlySet<unknown> = new Set(["TransientTransactionError", "RetryableWriteError", "RetryableError"])

const isMongos = (name: string): boolean =>
  name.startsWith("Mongo") || name === "VersionError" || name === "DocumentNotFoundError"

const isMongo = ({ names }: View): boolean => names.some(isMongos)

const fromServer = (view: View): Finding | undefined => {
  const { code, failure, message } = view
  const codeName = text(failure, "codeName")
  if (!isMongo(view) && codeName === undefined) return undefined
  return lookUp({ from: numbers, code, rule: "MongoDB's code", read: "code" }) ??
    lookUpName(classes, view, "MongoDB's class") ??
    lookUpMessage(sentences, message, "Mongoose's sentence")
}

const sentences = [["timeout", undefined, /` buffering timed out after \d+ms$/]] as const

const fromLabel = (failure: object): Finding | undefined => {
  const given = items(property(failure, "errorLabels"), 10)
  return given.some((label) => labels.has(label))
    ? { kind: "lost", rule: "MongoDB's label that it may be tried again", read: "errorLabels" }
    : undefined
}

/** Mongoose's own checks of what was given. */
const fromMongoose = ({ failure, names }: View): Finding | undefined => {
  const isCast = names.includes("CastError") && property(failure, "path") !== undefined &&
    property(failure, "kind") !== undefined
  const isValidation = names.includes("ValidationError") && text(failure, "_message") !== undefined
  return isCast || isValidation
    ? { kind: "arguments", reason: "a value does not fit", rule: "Mongoose's validation", read: "name" }
    : undefined
}

/** MongoDB and Mongoose. */
export const mongo: Family = {
  name: "mongo",
  strong: (view) => fromServer(view) ?? fromMongoose(view),
  weak: (view) => lookUpName(weakClasses, view, "MongoDB's class") ?? fromLabel(view.failure),
  ofBare: { names: (name) => isMongos(name) || classes.has(name) || weakClasses.has(name) }
}
