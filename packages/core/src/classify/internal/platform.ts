import * as Errors from "../../errors/Errors.ts"
import { asked } from "./asked.ts"
import { property, tagOf } from "./read.ts"

export type PlatformFailure =
  | Errors.AlreadyExists
  | Errors.NotFound
  | Errors.PermissionDenied
  | Errors.Timeout
  | Errors.Unavailable

interface Names {
  readonly service: string
  readonly resource?: string | undefined
  readonly id?: string | undefined
  readonly action?: string | undefined
}

/** effect's `PlatformError`: files, processes, sockets. */
export const classifyPlatform = (failure: unknown, names: Names): PlatformFailure | undefined => {
  if (tagOf(failure) !== "PlatformError") return undefined
  const { action = "use", service } = names
  const resource = names.resource ?? service
  const id = names.id === undefined ? {} : { id: names.id }
  switch (tagOf(property(failure, "reason"))) {
    case "NotFound":
      return new Errors.NotFound({ resource: asked(names), ...id, cause: failure })
    case "AlreadyExists":
      return new Errors.AlreadyExists({ resource: asked(names), ...id, cause: failure })
    case "PermissionDenied":
      return new Errors.PermissionDenied({ action, resource: names.id ?? resource, cause: failure })
    case "TimedOut":
      return new Errors.Timeout({ operation: service, cause: failure })
    case "Busy":
    case "WouldBlock":
      return new Errors.Unavailable({ service, reason: "it is busy", cause: failure })
    default:
      return undefined
  }
}
