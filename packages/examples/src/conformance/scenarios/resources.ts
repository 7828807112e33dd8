/**
 * Holds the resources of the suite.
 */
import { png } from "./content.ts"

/** A resource at an address. */
export interface Resource {
  readonly name: string
  readonly uri: string
  readonly description: string
  readonly mimeType: string
  readonly body: { readonly text: string } | { readonly blob: string }
}

export const resources: ReadonlyArray<Resource> = [
  {
    name: "static-text",
    uri: "test://static-text",
    description: "A text.",
    mimeType: "text/plain",
    body: { text: "This is the content of the static text resource." }
  },
  {
    name: "static-binary",
    uri: "test://static-binary",
    description: "An image.",
    mimeType: "image/png",
    body: { blob: png }
  },
  {
    name: "watched-resource",
    uri: "test://watched-resource",
    description: "A text to subscribe to.",
    mimeType: "text/plain",
    body: { text: "Watched resource content." }
  }
]

/** Returns what reading a resource gives. */
export const contents = ({ body, mimeType, uri }: Resource) => ({ contents: [{ uri, mimeType, ...body }] })

/** A resource for every id. */
export const template = {
  name: "template",
  uri: "test://template/{id}/data",
  description: "The data of an id.",
  mimeType: "application/json",
  read: (uri: string, id: string) => ({
    contents: [{
      uri,
      mimeType: "application/json",
      text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` })
    }]
  })
}
