import type { Said } from "./said.ts"

const { raw } = String

/** Holds where a file system keeps what is the machine's own, whoever names it. */
const own =
  "home|Users|var|etc|usr|opt|srv|tmp|root|mnt|private|proc|sys|lib|bin|sbin|boot|media|Volumes|Library|Applications|nix"
/** The same, but these may also be the routes of a server and the topics of a broker. */
const shared = "run|dev|app|apps|workspace|workspaces|data|code|build"

const rest = raw`[^\s"'\x60<>|,;:)\]}]`
/** A part of a path, bounded so that nothing is looked through twice for long. */
const name = raw`[^\s"'\x60<>|,;:)\]}/]{1,128}`
const words = raw`(?: (?!(?:and|or|to|in|into|from|for|on|at|is|was|with|of|by|not|does|as)\b)[\w.-]{1,64}){1,3}`

const path = new RegExp(
  [
    raw`(?:file|unix|sqlite|ipc|npipe):\/{1,4}[^\s"'\x60<>|]+`,
    // quoted, so that spaces belong to it
    raw`(?<=(["'\x60]))\/(?:${own}|${shared})\/[^"'\x60\n]{1,1024}(?=\1)`,
    raw`(?<![\w.:/\\-])[A-Za-z]:[\\/][^\s"'\x60<>|:*?]+(?:${words}[\\/][^\s"'\x60<>|:*?]+)*`,
    raw`(?<![\w.:/\\-])\\\\[\w.$-]{1,255}\\[^\s"'\x60<>|:*?]+`,
    raw`(?<![\w.:/\\~-])~\/${rest}+`,
    // of people's own folders the names have spaces
    raw`(?<![\w./\\-])\/(?:home|Users|Volumes|mnt|media)\/${rest}+(?:${words}\/${rest}*)+(?:(?: (?!(?:and|or|to)\b)[\w-]{1,64}){1,3}\.[A-Za-z0-9]{1,8}(?![\w-]))?`,
    raw`(?<![\w.:/\\-])\/{2,4}(?:${own}|${shared})\/${rest}*`,
    raw`(?<![\w./\\-])\/(?:${own}|${shared})(?:\/${rest}*)?(?![\w-])`,
    raw`(?<=\b(?:read|open|write|load|stat|lstat|access|unlink|rename|mkdir|rmdir|scandir|copyfile|chmod|directory|folder|file|dir)\b["'\x60: ]{1,3})\/(?!(?:v\d+|api|rest|graphql)\b)${rest}+\/${rest}+`,
    raw`(?<![\w.:/\\-])\/(?:${name}\/){1,24}${name}\.[A-Za-z0-9]{1,8}(?![\w-])`
  ].join("|"),
  "g"
)

/** Matches what a route, a topic and a channel are called. */
const isRoute =
  /\b(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|topics?|routes?|endpoints?|channels?|queues?|pages?|urls?|links?)["'`: ]{1,3}$/i
const mayBeRoute = new RegExp(raw`^\/(?:${shared})(?![\w-])`)

const ipv4 = /(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?(?![\w.-]*\w)/g
/** Versions, sections and object identifiers have four numbers too. */
const isNumbered =
  /\b(?:versions?|ver|v|sections?|sec|chapters?|clauses?|builds?|releases?|rev(?:ision)?|steps?|items?|oid|figure|table|part|upgrade to|requires?)[.:#]? ?\(?$/i
const ipv6 =
  /(?<![\w:.])\[?(?:[0-9A-Fa-f]{1,4}:){2,7}(?::?[0-9A-Fa-f]{1,4}|:)(?:%\w+)?\]?(?::\d{1,5})?(?![\w:])|(?<![\w:])\[?::1\]?(?::\d{1,5})?(?![\w:])/g
const port =
  /(?<![\w./-])(?<!\w@)(?:localhost|(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.)+[A-Za-z]{2,24}|[a-z][a-z0-9]*(?:-[a-z0-9]+)+):\d{2,5}(?![\w.:])/g
const innerEnd = "internal|local|localdomain|lan|corp|intranet|private|home|svc|consul|docker|test|invalid|arpa"
const inner = new RegExp(
  raw`(?<![\w.-])(?<!\w@)(?<!(?<!:\/)\/)(?:[A-Za-z0-9-]{1,63}\.)+(?:${innerEnd})(?:\.[A-Za-z0-9-]{1,63})*(?![\w-])`,
  "g"
)
/** Behind a user's name: an address for mail, unless it names a machine. */
const innerOfUser = new RegExp(raw`(?<=\w@)(?:[A-Za-z0-9-]{1,63}\.)+(?:${innerEnd})(?![\w.-]*\w)`, "g")

/** Protocols of networks: what stands behind others, as in `note://today`, is no host. */
const protocols =
  "https?|wss?|s?ftp|ssh|tcp|udp|tls|rediss?|postgres(?:ql)?|mysql|mariadb|mongodb(?:\\+srv)?|amqps?|mqtts?|nats|kafka|ldaps?|smtps?|imaps?|grpcs?|mssql|sqlserver|clickhouse|memcached|etcd|telnet|socks5?|smb|nfs|rtsp"
/** A host without a dot is one of the machine's own network. The caller's own machine is no secret. */
const single = new RegExp(
  raw`(\b(?:${protocols}):\/\/(?:[^\s/@"']{1,200}@)?)(?!localhost\b)([A-Za-z0-9_-]{1,63}(?::\d{1,5})?)(?![\w.@:[-])`,
  "gi"
)
/** Matches what Node says of a name that it did not find. */
const looked =
  /(\b(?:getaddrinfo|queryA{1,4}|getHostByName)(?: E[A-Z_]{3,20})? )([A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63}){0,10})/g

/** Labels that name machines, not what people read. */
const machines =
  /(?:^|[.-])(?:db|sql|mysql|pg|postgres|postgresql|mssql|oracle|mongo|mongodb|redis|memcached|kafka|zookeeper|rabbit|rabbitmq|amqp|elastic|elasticsearch|cassandra|rds|vpc|ec2|prod|production|staging|stage|int|internal|node\d*|master|replica|primary|secondary|shard\d*|cluster|k8s|vault|consul|ldap|smtp|imap|nfs|ip-\d+(?:-\d+){3})(?:[.-]|\d*[.-])/i
const dotted = /(?<![\w./-])(?<!\w@)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.){2,}[A-Za-z]{2,24}(?![\w-]|\.\w)/g
/** Packages are named like hosts, the other way round. */
const isPackage = /^(?:com|org|net|io|dev|edu|gov|app|ai|co|me)\.[a-z]/

/** Matches a letter or a word that every place is written with: a text without it names none. */
const mayBePlace = /[/\\.:]|getaddrinfo|query|getHostByName/

/** Takes paths, addresses and host names out of a text, but for those that the caller named. */
export const placesOut = (text: string, said: Said): string => {
  if (!mayBePlace.test(text)) return text
  const hide = (name: string) => (found: string): string => said.holds(found) ? found : name
  const host = hide("[host]")
  const behind = (_: string, before: string, found: string): string => `${before}${host(found)}`
  return text
    .replace(path, (found, ...more: ReadonlyArray<unknown>) => pathOut(found, text, more[1] as number, said))
    .replace(looked, behind)
    .replace(single, behind)
    .replace(inner, (found) => isPackage.test(found) ? found : host(found))
    .replace(innerOfUser, (found) => machines.test(found) ? host(found) : found)
    .replace(port, host)
    .replace(dotted, (found) => machines.test(found) && !isPackage.test(found) ? host(found) : found)
    .replace(
      ipv4,
      (found, at: number, whole: string) =>
        isAddress4(found, whole.slice(Math.max(0, at - 24), at)) ? hide("[address]")(found) : found
    )
    .replace(ipv6, (found) => isAddress6(found) ? hide("[address]")(found) : found)
}

const isAddress4 = (found: string, before: string): boolean =>
  !isNumbered.test(before) && found.split(":", 1)[0]!.split(".").every((number) => Number(number) <= 255)

/** Tests for an address of IPv6. A time of day has colons too. */
const isAddress6 = (found: string): boolean => found.includes("::") || found.split(":").length >= 8

/** Of a path that ends with what the caller named, the caller's part stays. */
const pathOut = (found: string, text: string, at: number, said: Said): string => {
  if (said.holds(found) || (mayBeRoute.test(found) && isRoute.test(text.slice(Math.max(0, at - 16), at)))) return found
  const end = said.endOf(found)
  return end === undefined ? "[path]" : `[path]/${end}`
}
