import { type Family, type Finding, lookUp, lookUpName, table, type View } from "./finding.ts"
import { property, text } from "./read.ts"

/** Reply codes of AMQP, which look like HTTP's and are not. */
const amqp = /*#__PURE__*/ table([
  ["tooLarge", undefined, "311"],
  ["missing", undefined, "312 313 404"],
  ["lost", "the connection was closed", "320"],
  ["denied", undefined, "403 530"],
  ["lost", "it is locked", "405"],
  ["conflict", "a precondition does not hold", "406"],
  ["lost", undefined, "506"],
  ["failed", undefined, "541"],
  ["rejected", undefined, "402 501 502 503 504 505 540"]
])

/** Codes of NATS. */
const nats = /*#__PURE__*/ table([
  ["timeout", undefined, "TIMEOUT"],
  ["refused", "refused", "CONNECTION_REFUSED"],
  ["lost", "the connection was closed", "CONNECTION_CLOSED CONNECTION_DRAINING DISCONNECT"],
  ["lost", "there is no answer", "503"],
  ["credentials", undefined, "AUTHORIZATION_VIOLATION AUTHENTICATION_EXPIRED BAD_AUTHENTICATION"],
  ["denied", undefined, "PERMISSIONS_VIOLATION"],
  ["tooLarge", undefined, "MAX_PAYLOAD_EXCEEDED"]
])

const classes = /*#__PURE__*/ table([
  ["lost", "there is no answer", "NoRespondersError"],
  ["credentials", undefined, "KafkaJSSASLAuthenticationError"],
  ["lost", "the connection was closed", "KafkaJSConnectionClosedError"],
  ["lost", "it is busy", "KafkaJSLockTimeout"]
])

const weakClasses = /*#__PURE__*/ table([
  ["lost", "the connection failed", "KafkaJSConnectionError KafkaJSBrokerNotFound"]
])

const strong = (view: View): Finding | undefined => {
  const { code, failure, names } = view
  if (typeof property(failure, "classId") === "number") {
    return lookUp({ from: amqp, code, rule: "AMQP's code", read: "code" })
  }
  if (names.includes("NatsError")) return lookUp({ from: nats, code, rule: "NATS' code", read: "code" })
  return lookUpName(classes, view, "class") ??
    ((names[0] ?? "").startsWith("KafkaJS") && text(failure, "type") === "TOPIC_AUTHORIZATION_FAILED"
      ? { kind: "denied", rule: "Kafka's type", read: "type" }
      : undefined)
}

/** Queues: AMQP, NATS, Kafka. */
export const queues: Family = {
  name: "queues",
  strong,
  weak: (view) => lookUpName(weakClasses, view, "class"),
  ofBare: { names: (name) => classes.has(name) || weakClasses.has(name) }
}
