/**
 * Builds a desk where pages are proofread: what each page meets there is fixed, so that a story can say what must come of it.
 */
import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import * as ToolError from "@errata/core/ToolError"
import * as Toolkit from "@errata/mcp-adapter/Toolkit"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { countReadings, proofreadPages } from "./tools.ts"

/** Why a page is not read. */
export type Trouble = Errors.RateLimited | Errors.Unavailable | Errors.NotFound | Errors.Corrupted

/** What a page meets at its readings, the first being 1: trouble, or nothing. */
export type Troubles = { readonly [page: string]: (reading: number) => Trouble | undefined }

/** Some readers are busy or at lunch when they are first asked, one page is lost, and one is spoiled. */
export const troubles: Troubles = {
  "page-3": (reading) =>
    reading > 1 ? undefined : new Errors.RateLimited({ service: "The reader of small print", retry_after_seconds: 1 }),
  "page-4": (reading) => reading > 3 ? undefined : new Errors.Unavailable({ service: "The reader of footnotes" }),
  "page-6": () =>
    ToolError.withGuidance(new Errors.NotFound({ resource: "Page", id: "page-6" }), {
      suggestion: "Ask the compositor for another copy"
    }),
  "page-7": () => new Errors.Corrupted({ resource: "Page page-7", reason: "somebody spilled ink on it" })
}

/** The tools of the desk. */
export const Desk = Toolkit.make("Desk", [proofreadPages, countReadings])

/** Provides a desk where pages meet these troubles. */
export const layer = (troubles: Troubles): Layer.Layer<Toolkit.Handlers<"Desk">> => {
  const readings = new Map<string, number>()
  const read = (page: string): Effect.Effect<{ readonly page: string; readonly misprints: number }, Trouble> =>
    Effect.suspend(() => {
      const reading = (readings.get(page) ?? 0) + 1
      readings.set(page, reading)
      const trouble = troubles[page]?.(reading)
      return trouble === undefined ? Effect.succeed({ page, misprints: page.length % 4 }) : Effect.fail(trouble)
    })
  const proofread = ({ pages }: { readonly pages: ReadonlyArray<string> }) => Batch.forEach(pages, read)
  return Toolkit.toLayer(Desk, {
    proofread_pages: proofread,
    count_readings: () => Effect.sync(() => ({ readings: Object.fromEntries(readings) }))
  })
}
