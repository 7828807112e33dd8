import type * as Limits from "@errata/core/Limits"
import { mask, type Redactor, strict } from "@errata/core/Redaction"

/** What words are cleaned with, and what the caller said itself: that is no secret to the caller. */
export interface Cleaning {
  readonly args: unknown
  readonly redactor: Redactor
  readonly limits: Limits.Limits
}

/**
 * Takes out of an author's words what must not leave, in place: secrets, paths that are not below an argument, addresses and
 * host names. `undefined` where no part can be trusted: a stack, or SQL that the caller did not send.
 */
export const clean = (text: string, cleaning: Cleaning): string | undefined => {
  const bounded = text.slice(0, longest)
  const said = saidBy(cleaning.args)
  if (stack.test(bounded) || holdsForeignSql(bounded, said)) return undefined
  return placesOut(withoutSecrets(text, said, cleaning), said)
}

/** The same for text of several lines that was returned: where a line cannot be trusted, only that line is masked. */
export const cleanLines = (text: string, cleaning: Cleaning): string => {
  const said = saidBy(cleaning.args)
  return withoutSecrets(text, said, cleaning).split("\n").map((line) =>
    holdsForeignSql(line, said) ? mask : placesOut(line, said)
  ).join("\n")
}

const withoutSecrets = (text: string, said: ReadonlyArray<string>, { redactor }: Cleaning): string =>
  strict(redactor).text(text, said.join("\n"))

/** So much is looked through for a stack and for SQL; what is told a redactor cuts by itself. */
const longest = 100_000

const stack = /(?:^|\n)[ \t]*at (?:async )?(?:[^\n(]*\()?(?:[^\n()]*:\d+:\d+|<anonymous>|native)\)?(?:\n|$)/

const sql =
  /\b(?:select\s[^;]{1,2000}?\sfrom\s|insert\s+into\s|update\s+\S{1,200}\s+set\s|delete\s+from\s|(?:create|alter|drop)\s+(?:table|index|view|database)\s|merge\s+into\s)/i

const holdsForeignSql = (text: string, said: ReadonlyArray<string>): boolean => {
  const found = sql.exec(text)?.[0]
  return found !== undefined && !said.some((word) => word.includes(found.trim()))
}

/** How much of the arguments is looked at. */
const mostWords = 1_000
const mostDepth = 12

/** The texts that the caller sent, at any depth. */
const saidBy = (args: unknown): ReadonlyArray<string> => {
  const words: Array<string> = []
  const visit = (value: unknown, depth: number): void => {
    if (words.length >= mostWords || depth > mostDepth) return
    if (typeof value === "string") {
      if (value.length > 1) words.push(value)
    } else if (typeof value === "object" && value !== null) {
      for (const inner of Object.values(value)) visit(inner, depth + 1)
    }
  }
  try {
    visit(args, 0)
  } catch {
    // arguments that cannot be read excuse nothing
  }
  return words
}

/** Where a file system keeps what is the machine's own. */
const roots =
  "home|Users|var|etc|usr|opt|srv|tmp|root|mnt|private|proc|run|dev|sys|lib|bin|sbin|boot|media|Volumes|Library|Applications|app|apps|workspace|workspaces|data|code|build|nix"

const path = new RegExp(
  [
    String.raw`file:\/\/\/[^\s"'\x60<>|]+`,
    String.raw`(?<![\w.:/\\-])[A-Za-z]:[\\/][^\s"'\x60<>|:*?]+(?:\\[^\s"'\x60<>|:*?]+)*`,
    String.raw`(?<![\w.:/\\~-])~\/[^\s"'\x60<>|,;:)\]}]+`,
    String.raw`(?<![\w.:/\\-])\/(?:${roots})(?:\/[^\s"'\x60<>|,;:)\]}]*)?(?![\w-])`,
    String.raw`(?<![\w.:/\\-])\/(?:[^\s"'\x60<>|,;:)\]}/]+\/)+[^\s"'\x60<>|,;:)\]}/]+\.[A-Za-z0-9]{1,8}(?![\w-])`
  ].join("|"),
  "g"
)

const ipv4 = /(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?(?![\w.-]*\w)/g
const ipv6 =
  /(?<![\w:.])\[?(?:[0-9A-Fa-f]{1,4}:){2,7}(?::?[0-9A-Fa-f]{1,4}|:)(?:%\w+)?\]?(?::\d{1,5})?(?![\w:])|(?<![\w:])\[?::1\]?(?::\d{1,5})?(?![\w:])/g
const port =
  /(?<![\w./-])(?<!\w@)(?:localhost|(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.)+[A-Za-z]{2,24}|[a-z][a-z0-9]*(?:-[a-z0-9]+)+):\d{2,5}(?![\w.:])/g
const inner =
  /(?<![\w.-])(?<!\w@)(?<!(?<!:\/)\/)(?:[A-Za-z0-9-]{1,63}\.)+(?:internal|local|localdomain|lan|corp|intranet|private|home|svc|consul|docker|test|invalid|arpa)(?:\.[A-Za-z0-9-]{1,63})*(?![\w-])/g

/** Labels that name machines, not what people read. */
const machines =
  /(?:^|[.-])(?:db|sql|mysql|pg|postgres|postgresql|mssql|oracle|mongo|mongodb|redis|memcached|kafka|zookeeper|rabbit|rabbitmq|amqp|elastic|elasticsearch|cassandra|rds|vpc|ec2|prod|production|staging|stage|int|internal|node\d*|master|replica|primary|secondary|shard\d*|cluster|k8s|vault|consul|ldap|smtp|imap|nfs|ip-\d+(?:-\d+){3})(?:[.-]|\d*[.-])/i
const dotted = /(?<![\w./-])(?<!\w@)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.){2,}[A-Za-z]{2,24}(?![\w-]|\.\w)/g

const placesOut = (text: string, said: ReadonlyArray<string>): string => {
  const isSaid = (found: string): boolean => said.some((word) => word.includes(found) || isBelow(found, word))
  const hide = (name: string) => (found: string): string => isSaid(found) ? found : name
  return text
    .replace(path, (found) => isSaid(found) ? found : pathOut(found, said))
    .replace(inner, hide("[host]"))
    .replace(port, hide("[host]"))
    .replace(dotted, (found) => machines.test(found) && !isSaid(found) ? "[host]" : found)
    .replace(ipv4, hide("[address]"))
    .replace(ipv6, (found) => isAddress(found) ? hide("[address]")(found) : found)
}

/** A time of day has colons too. */
const isAddress = (found: string): boolean => found.includes("::") || found.split(":").length >= 8

/** A path below what the caller named, whatever separates its parts. */
const isBelow = (found: string, word: string): boolean =>
  word.length > 1 && /^(?:[/~]|[A-Za-z]:)/.test(word) && found.startsWith(word.replace(/[\\/]+$/, "")) &&
  /^(?:$|[\\/])/.test(found.slice(word.replace(/[\\/]+$/, "").length))

/** Of a path that ends with what the caller named, the caller's part stays. */
const pathOut = (found: string, said: ReadonlyArray<string>): string => {
  const tail = said.find((word) =>
    word.length > 2 && /[\w]/.test(word) && found.endsWith(`/${word.replace(/^\.?\//, "")}`)
  )
  return tail === undefined ? "[path]" : `[path]/${tail.replace(/^\.?\//, "")}`
}
