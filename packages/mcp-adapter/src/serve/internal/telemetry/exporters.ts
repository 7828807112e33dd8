/** Reaches effect's exporters, which are unstable: only this file imports them, and only those who export load it. */
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Otlp from "effect/observability/Otlp"
import * as OtlpMetrics from "effect/observability/OtlpMetrics"
import * as OtlpSerialization from "effect/observability/OtlpSerialization"
import * as OtlpTracer from "effect/observability/OtlpTracer"
import * as PrometheusMetrics from "effect/observability/PrometheusMetrics"
import { table } from "./table.ts"

const names = new Map<string, string>(Object.values(table).map(({ name, prometheus }) => [name, prometheus]))

/** Writes the metrics of a runtime as Prometheus reads them. */
export const exposition = (context: Context.Context<never>): string =>
  PrometheusMetrics.formatUnsafe(context, { metricNameMapper: (name) => names.get(name) ?? name })

export interface Resource {
  readonly serviceName?: string | undefined
  readonly serviceVersion?: string | undefined
}

/** Sends spans and metrics, and logs if asked to, where OpenTelemetry's variables of the environment say. */
export const otlp = ({ sendsLogs, ...resource }: Resource & { readonly sendsLogs?: boolean | undefined }): Layer.Layer<
  never
> => {
  const options = resource.serviceName === undefined ? {} : { resource }
  const exporters = sendsLogs === true
    ? Otlp.layerFromConfig({ ...options, loggerMergeWithExisting: true })
    : Layer.merge(OtlpMetrics.layerFromConfig(options), OtlpTracer.layerFromConfig(options))
  return Layer.provide(exporters, [serialization, FetchHttpClient.layer, byDefault])
}

/** OpenTelemetry's own default of these variables is `otlp`; effect's is none. */
const byDefault = ConfigProvider.layerAdd(
  ConfigProvider.fromEnv({
    env: { OTEL_TRACES_EXPORTER: "otlp", OTEL_METRICS_EXPORTER: "otlp", OTEL_LOGS_EXPORTER: "otlp" }
  })
)

const protocol = Config.withDefault(Config.String("OTEL_EXPORTER_OTLP_PROTOCOL"), "http/protobuf")

const serialization = Layer.unwrap(
  Effect.map(
    Effect.orDie(protocol),
    (name) => name === "http/json" ? OtlpSerialization.layerJson : OtlpSerialization.layerProtobuf
  )
)
