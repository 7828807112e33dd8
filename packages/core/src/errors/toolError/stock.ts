import { define, type Factory } from "./make.ts"

// The factories of the stock classes, which are the same in every copy of this package: `instanceof` goes by what an error is.

/** As `ToolError.Transient`. */
export const Transient: Factory<"transient"> = /*#__PURE__*/ define("transient", { isStock: true })

/** As `ToolError.Permanent`. */
export const Permanent: Factory<"permanent"> = /*#__PURE__*/ define("permanent", { isStock: true })

/** As `ToolError.Validation`. */
export const Validation: Factory<"validation"> = /*#__PURE__*/ define("validation", { isStock: true })
