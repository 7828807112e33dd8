/**
 * Makes tokens of every format that the redactor knows, from the same facts and another reading of them. They are put together at
 * run time, so that no scanner takes this file for a leak.
 */
import * as Redaction from "@errata/core/Redaction"
import { type Source, source } from "../../core/support/arbitraries.ts"

const digits = "0123456789"
const small = "abcdefghijklmnopqrstuvwxyz"
const capital = small.toUpperCase()

const alphabets: Readonly<Record<string, string>> = {
  d: digits,
  h: `${digits}abcdef`,
  a: small + digits,
  U: capital + digits,
  A: small + capital + digits,
  w: `${small}${capital}${digits}_-`,
  b: `${small}${capital}${digits}+/`,
  "%": `${small}${capital}${digits}+/`,
  "~": `${small}${capital}${digits}_-.`,
  "/": `${small}${capital}${digits}/`
}

const letters = (from: Source, alphabet: string, length: number): string =>
  Array.from({ length }, () => from.pick(alphabets[alphabet]!.split(""))).join("")

/** A body as the table writes it: `d8:` is eight digits and a colon. */
export const body = (from: Source, format: string): string =>
  format.replaceAll(
    /([dhaUAwb%~/])([0-9]+)/g,
    (_, alphabet: string, length: string) => letters(from, alphabet, Number(length))
  )

export interface Sample {
  readonly vendor: string
  readonly secret: string
}

const others: ReadonlyArray<readonly [vendor: string, make: (from: Source) => string]> = [
  ["Telegram", (from) => `${body(from, "d9")}:AA${body(from, "w33")}`],
  ["Mailchimp", (from) => `${body(from, "h32")}-us${1 + from.int(20)}`],
  ["Microsoft Entra", (from) => `${body(from, "A3")}8Q~${body(from, "~31")}`],
  ["Azure DevOps", (from) => `${body(from, "A76")}AZDO${body(from, "A4")}`],
  ["Azure Storage", (from) => `${body(from, "b76")}+ASt${body(from, "A6")}==`],
  ["Terraform Cloud", (from) => `${body(from, "A14")}.atlasv1.${body(from, "w67")}`],
  ["Google refresh token", (from) => `1//0${body(from, "w90")}`],
  ["Braintree", (from) => `access_token$production$${body(from, "a16")}$${body(from, "h32")}`],
  ["New Relic ingest", (from) => `${body(from, "h36")}NRAL`],
  ["Salesforce", (from) => `00D${body(from, "A12")}!A${body(from, "A100")}`],
  ["Discord bot", (from) => `M${body(from, "A25")}.${body(from, "w6")}.${body(from, "A38")}`],
  [
    "Slack webhook",
    (from) => `hooks.slack.com/services/T${body(from, "U8")}/B${body(from, "U8")}/${body(from, "A24")}`
  ],
  ["Discord webhook", (from) => `https://discord.com/api/webhooks/${body(from, "d18")}/${body(from, "w68")}`],
  [
    "Teams webhook",
    (from) => `acme.webhook.office.com/webhookb2/${body(from, "h32")}@x/IncomingWebhook/${body(from, "h32")}`
  ],
  ["Telegram in a URL", (from) => `bot${body(from, "d9")}:AA${body(from, "w33")}`],
  ["AWS pair", (from) => `AK${"IA"}${body(from, "U16")}:${body(from, "A40")}`],
  ["JWE", (from) => `eyJ${body(from, "w40")}..${body(from, "w16")}.${body(from, "w60")}.${body(from, "w22")}`],
  ["OpenAI, legacy", (from) => `${body(from, "A20")}T3BlbkFJ${body(from, "A20")}`]
]

const spelled = (secret: string): string => secret.replace(/^[-_.]+/, "a") // what glues a token to its context is not a part of it

/** One token of every start of every format. */
export const samples = (seed: number): ReadonlyArray<Sample> => {
  const from = source(seed)
  return [
    ...Redaction.formats().flatMap(({ body: format, starts, vendor }) =>
      starts.map((start) => ({ vendor: `${vendor} ${start}`, secret: spelled(start + body(from, format)) }))
    ),
    ...others.map(([vendor, make]) => ({ vendor, secret: make(from) }))
  ]
}
