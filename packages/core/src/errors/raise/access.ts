import { PermissionDenied, Unauthenticated } from "../stock/access.ts"
import { causeOf, type Details, told } from "./details.ts"

/** Says how a client gets a token that will do. */
interface SignIn {
  /** The scopes that the client's token lacks: the reply asks it to sign in again. Default: it is no matter of scopes. */
  readonly scopes?: ReadonlyArray<string> | undefined
  /** The URL of the OAuth protected resource metadata. Default: what the host's option `challenge` says. */
  readonly resourceMetadata?: string | undefined
}

const signIn = ({ resourceMetadata, scopes }: SignIn) => ({
  ...scopes === undefined ? {} : { required_scopes: scopes },
  ...resourceMetadata === undefined ? {} : { resource_metadata: resourceMetadata }
})

/**
 * Makes the error of a caller who may not do this: `action` is a verb ("delete"), `resource` its object.
 *
 * @category constructors
 * @since 0.1.0
 */
export const permissionDenied = (action: string, resource: string, details: Details & SignIn & {
  /** The permission that is missing. Default: it is not said. */
  readonly required?: string | undefined
} = {}): PermissionDenied => {
  const { required, scopes } = details
  const error = new PermissionDenied({
    action,
    resource,
    ...required === undefined ? {} : { required_permission: required },
    ...signIn(details),
    ...causeOf(details)
  })
  return told(error, details, {
    suggestion: scopes !== undefined
      ? `Ask the user to sign in again and to allow ${scopes.join(" ")}`
      : required === undefined
      ? undefined
      : `Ask the user to get the permission ${required}`
  })
}

/**
 * Makes the error of a caller who is not signed in, or no longer: `service` names to what.
 *
 * @category constructors
 * @since 0.1.0
 */
export const unauthenticated = (service: string, details: Details & SignIn = {}): Unauthenticated =>
  told(new Unauthenticated({ service, ...signIn(details), ...causeOf(details) }), details, {
    suggestion: "Ask the user to sign in again"
  })
