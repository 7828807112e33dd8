import * as Errors from "../../errors/Errors.ts"
import { fromUpstream } from "../../errors/internal/upstream.ts"
import { inside } from "../../errors/stock/fields.ts"
import * as ToolError from "../../errors/ToolError.ts"
import type { Finding, Kind } from "./finding.ts"
import type { Options } from "./model.ts"

/** Describes the error for every kind of finding. */
export interface ByKind {
  readonly arguments: Errors.ArgumentsRejected
  readonly conflict: Errors.Conflict
  readonly corrupted: Errors.Corrupted
  readonly credentials: Errors.Unauthenticated
  readonly denied: Errors.PermissionDenied
  readonly exists: Errors.AlreadyExists
  readonly failed: Errors.UpstreamError
  readonly key: Errors.IdempotencyConflict
  readonly limited: Errors.RateLimited
  readonly lost: Errors.Unavailable
  readonly malformed: Errors.MalformedResponse
  readonly missing: Errors.NotFound
  readonly open: Errors.CircuitOpen
  readonly overloaded: Errors.Overloaded
  readonly quota: Errors.QuotaExhausted
  readonly refused: Errors.ConnectionFailed
  readonly rejected: Errors.UpstreamRejected
  readonly state: Errors.InvalidState
  readonly timeout: Errors.Timeout
  readonly tooLarge: Errors.TooLarge
  readonly unsupported: Errors.Unsupported
}

const transient: ReadonlySet<Kind> = new Set([
  "failed",
  "limited",
  "lost",
  "open",
  "overloaded",
  "refused",
  "timeout"
])

/** Tests whether waiting may help. */
export const isTransient = (kind: Kind): boolean => transient.has(kind)

/** Lists whose class has a field for the hint. */
const hasField: ReadonlySet<Kind> = new Set(["failed", "limited", "lost", "open", "overloaded"])

/** Makes the error of a finding. */
export const build = (
  finding: Finding,
  options: Options,
  extra: { readonly cause?: unknown; readonly seconds?: number | undefined }
): ByKind[Kind] => {
  const { cause, seconds } = extra
  const base = cause === undefined ? {} : { cause }
  const told = seconds === undefined || !hasField.has(finding.kind) ? {} : { retry_after_seconds: seconds }
  const error = make[finding.kind](finding, { ...options, ...finding.asked }, { ...base, ...told })
  return seconds === undefined || hasField.has(finding.kind)
    ? error
    : ToolError.withGuidance(error, { retryAfter: `${seconds} seconds` })
}

type Base = { readonly cause?: unknown; readonly retry_after_seconds?: number }
type Make = (finding: Finding, options: Options, base: Base) => ByKind[Kind]

const because = ({ reason }: Finding) => reason === undefined ? {} : { reason }
const coded = ({ status }: Finding) => status === undefined ? {} : { status_code: status }
const which = ({ id }: Options) => id === undefined ? {} : { id }
const thing = ({ resource, service }: Options): string => resource ?? service

/** Returns what may not be used: `Invoice 7`. */
const one = ({ id, resource, service }: Options): string =>
  resource === undefined ? id ?? service : id === undefined ? resource : `${resource} ${id}`

const make: { readonly [K in Kind]: Make } = {
  arguments: (f, { service }, b) => new Errors.ArgumentsRejected({ service, ...coded(f), ...because(f), ...b }),
  conflict: (f, o, b) =>
    new Errors.Conflict({ resource: o.resource ?? `The request to ${inside(o.service)}`, ...because(f), ...b }),
  corrupted: (f, o, b) => new Errors.Corrupted({ resource: thing(o), ...because(f), ...b }),
  credentials: (_, { service }, b) => fromUpstream(new Errors.Unauthenticated({ service, ...b })),
  denied: (_, o, b) => new Errors.PermissionDenied({ action: o.action ?? "use", resource: one(o), ...b }),
  exists: (_, o, b) =>
    new Errors.AlreadyExists({
      resource: o.resource ?? (o.id === undefined ? `The item sent to ${inside(o.service)}` : o.service),
      ...which(o),
      ...b
    }),
  failed: (f, { service }, b) => new Errors.UpstreamError({ service, ...coded(f), ...b }),
  key: (_, { service }, b) => new Errors.IdempotencyConflict({ operation: service, ...b }),
  limited: (_, { service }, b) => new Errors.RateLimited({ service, ...b }),
  lost: (f, { service }, b) => new Errors.Unavailable({ service, ...because(f), ...coded(f), ...b }),
  malformed: (f, { service }, b) => new Errors.MalformedResponse({ service, ...because(f), ...b }),
  missing: (_, o, b) =>
    new Errors.NotFound({
      // a service that answers "not found" was found itself
      resource: o.resource ?? (o.id === undefined ? `The item requested from ${inside(o.service)}` : o.service),
      ...which(o),
      ...b
    }),
  open: (_, { service }, b) => new Errors.CircuitOpen({ service, ...b }),
  overloaded: (_, { service }, b) => new Errors.Overloaded({ service, ...b }),
  quota: (_, { service }, b) => new Errors.QuotaExhausted({ service, ...b }),
  refused: (f, { service }, b) => new Errors.ConnectionFailed({ service, ...because(f), ...b }),
  rejected: (f, { service }, b) => new Errors.UpstreamRejected({ service, ...coded(f), ...because(f), ...b }),
  state: (f, o, b) =>
    new Errors.InvalidState({ resource: thing(o), state: f.reason ?? "not in the state that this call needs", ...b }),
  timeout: (_, { service }, b) => new Errors.Timeout({ operation: service, ...b }),
  tooLarge: (f, o, b) => new Errors.TooLarge({ resource: f.reason ?? `The request to ${inside(o.service)}`, ...b }),
  unsupported: (f, o, b) => new Errors.Unsupported({ feature: f.reason ?? `The request to ${inside(o.service)}`, ...b })
}
