/**
 * Reads what stands on a page of a PDF besides its text: the values of a form, and the words of annotations.
 */

/** A field of a form that was filled in. */
export interface FormField {
  readonly name: string
  readonly value: string
}

/** Describes what stands on a page besides its text; what there is none of is absent. */
export interface Marks {
  readonly form_fields?: ReadonlyArray<FormField>
  readonly annotations?: ReadonlyArray<string>
}

/** Describes what is looked at of an annotation, which PDF.js does not type. */
interface Annotation {
  readonly subtype?: unknown
  readonly fieldName?: unknown
  readonly fieldValue?: unknown
  readonly pushButton?: unknown
  readonly password?: unknown
  readonly contentsObj?: { readonly str?: unknown }
}

const valueOf = ({ fieldValue }: Annotation): string =>
  (Array.isArray(fieldValue) ? fieldValue : [fieldValue]).filter((value) => typeof value === "string").join(", ").trim()

const isUnset = (value: string): boolean => value === "" || value === "Off"

const fieldOf = (annotation: Annotation): FormField | undefined => {
  if (annotation.subtype !== "Widget" || annotation.pushButton === true || annotation.password === true) {
    return undefined
  }
  const value = valueOf(annotation)
  const { fieldName } = annotation
  return isUnset(value) ? undefined : { name: typeof fieldName === "string" ? fieldName : "", value }
}

const wordsOf = ({ contentsObj, subtype }: Annotation): string | undefined => {
  const words = typeof contentsObj?.str === "string" ? contentsObj.str.trim() : ""
  return subtype === "Widget" || subtype === "Popup" || words === "" ? undefined : words
}

/** Reads the annotations of a page. The buttons of one choice share a field: it is told once. */
export const read = (annotations: ReadonlyArray<unknown>): Marks => {
  const fields = new Map<string, FormField>()
  const words: Array<string> = []
  for (const annotation of annotations as ReadonlyArray<Annotation>) {
    const field = fieldOf(annotation)
    if (field !== undefined) fields.set(JSON.stringify([field.name, field.value]), field)
    const text = wordsOf(annotation)
    if (text !== undefined) words.push(text)
  }
  return {
    ...fields.size > 0 && { form_fields: [...fields.values()] },
    ...words.length > 0 && { annotations: words }
  }
}

/** Writes the marks as paragraphs. */
export const toText = ({ annotations = [], form_fields = [] }: Marks): ReadonlyArray<string> => [
  form_fields.length === 0
    ? ""
    : `Form fields:\n${form_fields.map(({ name, value }) => `${name}: ${value}`).join("\n")}`,
  annotations.length === 0 ? "" : `Annotations:\n${annotations.join("\n")}`
]
