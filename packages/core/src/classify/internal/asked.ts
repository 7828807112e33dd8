/** What was looked for, as far as it is known: a service that answers "not found" was found itself. */
export const asked = ({ id, resource, service }: {
  readonly id?: string | undefined
  readonly resource?: string | undefined
  readonly service: string
}): string => resource ?? (id === undefined ? `What was asked of ${service}` : service)
