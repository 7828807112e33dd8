import { chartOf, typesIn } from "./chart.ts"
import type { OfService } from "./circuits.ts"
import { percentile } from "./histogram.ts"
import { Html, html, lines } from "./html.ts"
import type { Minute, OfTool, Store, Told } from "./store.ts"
import { style } from "./style.ts"

/** Says what of the calls is shown. */
export interface Filter {
  readonly tool: string | undefined
  readonly isFailuresOnly: boolean
}

interface Shown {
  readonly name: string
  readonly since: number
  readonly now: number
  readonly store: Store
  readonly circuits: ReadonlyArray<OfService>
  readonly filter: Filter
}

const frame = (title: string, body: Html): string =>
  html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
${body}
</body>
</html>
`.text

/** Writes the page of a server. */
export const overview = ({ circuits, filter, name, now, since, store }: Shown): string => {
  const minutes = store.minutes(now)
  const tools = store.tools()
  const calls = sum(tools.map((tool) => tool.calls))
  const errors = sum(tools.map((tool) => tool.errors))
  const retries = sum(tools.map((tool) => tool.retries))
  return frame(
    `${name}: console`,
    html`<header>
<h1>${name}</h1>
<p class="dim">Since ${time(since)}. ${calls} calls, ${errors} errors (${
      share(errors, calls)
    }), ${retries} retries, ${store.inFlight()} in flight. <a href="?">Refresh</a></p>
</header>
<main id="main">
${errorsOverTime(minutes)}
${byType(store, errors)}
${circuitsTable(circuits)}
${slowest(tools)}
${recent(store, filter, tools.map(({ tool }) => tool))}
</main>`
  )
}

const table = (
  caption: string,
  columns: ReadonlyArray<readonly [name: string, isNumber?: boolean]>,
  rows: ReadonlyArray<Html>
) =>
  html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${
    columns.map(([name, isNumber]) => html`<th scope="col"${isNumber === true ? numeric : none}>${name}</th>`)
  }</tr></thead>
<tbody>${rows}</tbody>
</table></div>`

const numeric = new Html(` class="n"`)
const none = new Html("")

const errorsOverTime = (minutes: ReadonlyArray<Minute>): Html => {
  const types = typesIn(minutes)
  const active = minutes.filter(({ calls }) => calls > 0).toReversed()
  const rows = active.map((minute) =>
    html`<tr><th scope="row">${
      clock(minute.at * 60_000)
    }</th><td class="n">${minute.calls}</td><td class="n">${minute.retries}</td>${
      types.map((type) => html`<td class="n">${minute.errors.get(type) ?? 0}</td>`)
    }</tr>`
  )
  const columns = [
    ["Minute"],
    ["Calls", true],
    ["Retries", true],
    ...types.map((type) => [type, true] as const)
  ] as const
  return html`<section aria-labelledby="errors"><h2 id="errors">Errors and retries over time</h2>
${types.length === 0 ? html`<p>No errors in the last ${minutes.length} minutes.</p>` : chartOf(minutes, types)}
<details><summary>As a table</summary>${
    table("Calls, retries and errors by type for each minute (UTC)", columns, rows)
  }</details></section>`
}

const byType = (store: Store, errors: number): Html => {
  const rows = store.types().map(({ category, count, lastReference, type }) =>
    html`<tr><th scope="row">${type}</th><td>${category}</td><td class="n">${count}</td><td class="n">${
      share(count, errors)
    }</td><td>${link(lastReference)}</td></tr>`
  )
  return html`<section aria-labelledby="types"><h2 id="types">Errors by type</h2>${
    rows.length === 0
      ? html`<p>None.</p>`
      : table(
        "Errors since the start, by type",
        [["Type"], ["Category"], ["Count", true], ["Share", true], ["Last"]],
        rows
      )
  }</section>`
}

const circuitsTable = (circuits: ReadonlyArray<OfService>): Html => {
  const rows = circuits.map(({ notClosed, rejections, service, transitions }) =>
    html`<tr><th scope="row">${service}</th><td${notClosed > 0 ? new Html(` class="bad"`) : none}>${
      notClosed > 0 ? `${notClosed} not closed` : "closed"
    }</td><td class="n">${transitions}</td><td class="n">${rejections}</td></tr>`
  )
  return html`<section aria-labelledby="circuits"><h2 id="circuits">Circuit breakers</h2>${
    rows.length === 0
      ? html`<p>None has changed its state.</p>`
      : table("Circuits by service", [["Service"], ["State"], ["Transitions", true], ["Refused calls", true]], rows)
  }</section>`
}

const slowest = (tools: ReadonlyArray<OfTool>): Html => {
  const timed = tools.map((tool) => ({
    ...tool,
    p50: percentile(tool.durations, 0.5),
    p95: percentile(tool.durations, 0.95)
  }))
  const rows = timed.toSorted((a, b) => b.p95 - a.p95).slice(0, 50).map((
    { calls, durations, errors, p50, p95, retries, tool }
  ) =>
    html`<tr><th scope="row"><a href="?tool=${
      encodeURIComponent(tool)
    }&amp;show=all">${tool}</a></th><td class="n">${calls}</td><td class="n">${
      share(errors, calls)
    }</td><td class="n">${retries}</td><td class="n">${millis(p50)}</td><td class="n">${
      millis(p95)
    }</td><td class="n">${millis(durations.max)}</td></tr>`
  )
  const columns = [["Tool"], ["Calls", true], ["Errors", true], ["Retries", true], ["Half within", true], [
    "95 % within",
    true
  ], ["Longest", true]] as const
  return html`<section aria-labelledby="tools"><h2 id="tools">Slowest tools</h2>${
    rows.length === 0 ? html`<p>No calls yet.</p>` : table("Tools since the start, the slowest first", columns, rows)
  }</section>`
}

const mostShown = 100

const recent = (store: Store, { isFailuresOnly, tool }: Filter, tools: ReadonlyArray<string>): Html => {
  const found = store.calls().filter((call) =>
    (tool === undefined || call.tool === tool) && (!isFailuresOnly || call.isError)
  )
  const rows = found.slice(0, mostShown).map((call) =>
    html`<tr><td>${link(call.referenceId)}</td><td>${time(call.startedAt)}</td><td>${call.tool}</td><td${
      call.isDefect ? new Html(` class="bad"`) : none
    }>${call.outcome}</td><td class="n">${millis(call.durationMillis)}</td><td class="n">${call.attempts}</td></tr>`
  )
  const option = (value: string, label: string, isChosen: boolean) =>
    html`<option value="${value}"${isChosen ? new Html(" selected") : none}>${label}</option>`
  return html`<section aria-labelledby="calls"><h2 id="calls">Recent calls</h2>
<form method="get"><label>Tool <select name="tool">${option("", "all", tool === undefined)}${
    tools.toSorted().map((one) => option(one, one, one === tool))
  }</select></label><label>Show <select name="show">${option("failures", "failures", isFailuresOnly)}${
    option("all", "all", !isFailuresOnly)
  }</select></label><button>Apply</button></form>
${
    rows.length === 0
      ? html`<p>None.</p>`
      : table(`The latest ${rows.length} of ${found.length}`, [["Reference"], ["Began"], ["Tool"], ["Outcome"], [
        "Time",
        true
      ], ["Attempts", true]], rows)
  }</section>`
}

const link = (reference: string): Html =>
  html`<a href="?call=${encodeURIComponent(reference)}"><code>${reference}</code></a>`

/** Writes the story of one call. */
export const story = (name: string, call: Told): string => {
  const row = (label: string, value: string | number | Html | undefined) =>
    value === undefined ? none : html`<dt>${label}</dt><dd>${value}</dd>`
  return frame(
    `Call ${call.referenceId}: ${name}`,
    html`<header><p><a href="?">Back to ${name}</a></p><h1>Call <code>${call.referenceId}</code></h1></header>
<main id="main"><dl>
${row("Tool", call.tool)}
${row("Outcome", `${call.outcome}${call.category === undefined ? "" : ` (${call.category})`}`)}
${row("Began", time(call.startedAt))}
${row("Took", millis(call.durationMillis))}
${row("Trace", call.traceId)}
${row("Class", call.error)}
${row("Fingerprint", call.fingerprint)}
${row("Policy gave up", call.stopped)}
${row("Outcome kept from call", call.replayOf === undefined ? undefined : link(call.replayOf))}
${row("Items", call.batch && `${call.batch.succeeded} of ${call.batch.total} succeeded, ${call.batch.failed} failed`)}
${row("Degraded", call.isDegraded ? "some optional parts are missing" : undefined)}
</dl>
<h2>Arguments</h2><pre tabindex="0" aria-label="Arguments">${lines(call.arguments)}</pre>
${attempts(call)}
${call.cause === undefined ? none : html`<h2>Cause</h2><pre tabindex="0" aria-label="Cause">${lines(call.cause)}</pre>`}
</main>`
  )
}

const attempts = ({ attempts, outcome, retries }: Told): Html => {
  if (retries.length === 0) return none
  const rows = [
    ...retries.map(({ attempt, delayMillis, error, type }) =>
      html`<tr><th scope="row">${attempt - 1}</th><td>${error}</td><td>${type}</td><td class="n">${
        millis(delayMillis)
      }</td></tr>`
    ),
    html`<tr><th scope="row">${attempts}</th><td></td><td>${outcome}</td><td></td></tr>`
  ]
  return html`<h2>Attempts</h2>${
    table("Attempts, and the wait after each", [["Attempt"], ["Class"], ["Ended with"], ["Wait", true]], rows)
  }`
}

/** Writes a page that says one sentence. */
export const notice = (name: string, sentence: string): string =>
  frame(name, html`<header><p><a href="?">Back to ${name}</a></p><h1>${sentence}</h1></header><main id="main"></main>`)

const sum = (all: ReadonlyArray<number>): number => all.reduce((total, one) => total + one, 0)
const share = (part: number, whole: number): string => whole === 0 ? "0 %" : `${(100 * part / whole).toFixed(1)} %`
const time = (at: number): string => new Date(at).toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC")
const clock = (at: number): string => new Date(at).toISOString().slice(11, 16)
const millis = (value: number): string =>
  value < 1_000 ? `${Math.round(value)} ms` : `${(value / 1_000).toFixed(value < 10_000 ? 1 : 0)} s`
