import { type Family, type Finding, type Kind, lookUp, lookUpName, table, type View } from "./finding.ts"

/** Codes of Neo4j, by their beginning: the longest first. */
const beginnings: ReadonlyArray<readonly [kind: Kind, beginning: string, reason?: string]> = [
  ["credentials", "Neo.ClientError.Security.Unauthorized"],
  ["credentials", "Neo.ClientError.Security.TokenExpired"],
  ["credentials", "Neo.ClientError.Security.CredentialsExpired"],
  ["denied", "Neo.ClientError.Security.Forbidden"],
  ["conflict", "Neo.ClientError.Schema.ConstraintValidationFailed", "it breaks a constraint"],
  ["timeout", "Neo.ClientError.Transaction.TransactionTimedOut"],
  ["lost", "Neo.ClientError.Cluster.NotALeader", "it is changing its leader"],
  ["lost", "Neo.TransientError."]
]

const codes = /*#__PURE__*/ table([["lost", "the connection was lost", "ServiceUnavailable SessionExpired"]])

const weakClasses = /*#__PURE__*/ table([["lost", "no server can be reached", "NoHostAvailableError"]])

const strong = ({ code, names }: View): Finding | undefined => {
  if (code === undefined || !names.includes("Neo4jError")) return undefined
  const row = beginnings.find(([, beginning]) => code.startsWith(beginning))
  return row === undefined
    ? lookUp({ from: codes, code, rule: "Neo4j's code", read: "code" })
    : { kind: row[0], reason: row[2], rule: `Neo4j's code ${code}`, read: "code" }
}

/** Neo4j and Cassandra. */
export const neo4j: Family = {
  name: "neo4j",
  strong,
  weak: (view) => lookUpName(weakClasses, view, "Cassandra's class"),
  ofBare: { names: (name) => weakClasses.has(name) }
}
