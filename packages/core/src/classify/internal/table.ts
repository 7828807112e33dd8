import { aws } from "./aws.ts"
import { effect } from "./effect.ts"
import type { Family } from "./finding.ts"
import { firebase } from "./firebase.ts"
import { graphql } from "./graphql.ts"
import { grpc } from "./grpc.ts"
import { guards } from "./guards.ts"
import { http } from "./http.ts"
import { language } from "./language.ts"
import { mail } from "./mail.ts"
import { mongo } from "./mongo.ts"
import { names } from "./names.ts"
import { neo4j } from "./neo4j.ts"
import { node } from "./node.ts"
import { problem } from "./problem.ts"
import { queues } from "./queues.ts"
import { redis } from "./redis.ts"
import { remote } from "./remote.ts"
import { schema } from "./schema.ts"
import { slack } from "./slack.ts"
import { sql } from "./sql.ts"

/** All families, in the order in which they are asked: the particular ones first, a bare status and a bare name last. */
export const everything: ReadonlyArray<Family> = [
  effect,
  schema,
  guards,
  aws,
  grpc,
  sql,
  mongo,
  redis,
  queues,
  mail,
  slack,
  remote,
  neo4j,
  firebase,
  node,
  graphql,
  http,
  problem,
  language,
  names
]
