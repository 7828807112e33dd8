/** Looks at what stands where a secret would: some of it is none. */

/** Made by chance: letters and digits within one word, or capitals all over it. */
export const isRandom = (text: string): boolean =>
  text.split(/[_.-]/).some((word) =>
    word.length >= 8 && /[0-9]/.test(word) && /[A-Za-z]/.test(word) || (word.match(/[a-z][A-Z]/g)?.length ?? 0) >= 3
  )

/** Letters and digits that change places more often than in a name: what stands right behind a telling word is a secret then. */
export const isToken = (text: string): boolean =>
  text.length >= 8 && /^[\w.+/=~-]+$/.test(text) &&
  ((text.match(/[a-z][0-9]|[0-9][a-z]/gi)?.length ?? 0) >= 3 || text.length >= 20 && isRandom(text))

const date = /^[0-9]{4}-[0-9]{2}-[0-9]{2}/

/** Six letters and more with a digit among them. */
export const looksSecret = (text: string): boolean =>
  /^(?=[^\s"',;]{0,64}[0-9])[^\s"'`,;]{6}/.test(text) && !date.test(text)

const mixed = /(?:^|\s)(?=\S{0,64}[0-9])(?=\S{0,64}[A-Za-z])[^\s/\\]{6,}/g

/** Words with which a sentence about a secret goes on. A secret may begin so, but hardly stands alone among such. */
const words = new Set(
  ("missing expired expires invalid required not must is isn't are was wasn't were has hasn't have had may might can cannot " +
    "can't could should shall will would need needs does doesn't do did didn't be been being incorrect wrong unset set empty " +
    "blank none no nil null undefined nan n/a unknown pending denied granted revoked rejected refused accepted approved " +
    "optional mandatory too at and or but if when while unless because since for from to of in into on by with without via " +
    "as than the a an this that these those it its your their please ok yes fail failed fails failure error forbidden " +
    "unauthorized unauthenticated changed unchanged updated created deleted removed reset found present absent provided " +
    "given supplied configured enabled disabled active inactive valid verified weak strong short long unsupported supported " +
    "allowed string str text number integer int bool boolean object array any bytes option flag argument parameter field " +
    "value header expected got received only never always already still just also instead include omit same-origin hidden " +
    "masked filtered redacted omitted encrypted secret true false there here after before again both either neither one two " +
    "more less least most minimum maximum min max characters letters digits between check use using see try supply provide await typeof function")
    .split(" ")
)

const placeholder =
  /^(?:\?|%s|%\(\w{1,40}\)s|:[a-z_]\w{0,40}|\$[0-9]{1,2}|\$\{[^}]{0,80}\}?|\$\(?\(?[A-Za-z_][\w.:-]{0,80}\)*|%[A-Za-z_]{2,40}%|\{\{?[^{}"']{0,80}\}?\}?|<[^<>\s"']{1,60}>?|\*+|[xX]{3,}|[.…•*-]+|\[(?:redacted|filtered|hidden|masked|removed|secret|omitted|secure)\])$/i

/** Matches where a value is read, not the value. */
const reference =
  /^(?:S-1-[0-9]{1,2}(?:-[0-9]{1,10}){1,15}$|arn:|op:\/\/|vault:|projects\/|kms:|env:|file:|secretsmanager:|(?:req|request|process|os|config|env|this|self|ctx|opts|options|args|params|settings|import|secrets|vars)\.[A-Za-z]|[A-Za-z_$][\w$]{0,60}(?:\.[\w$]{1,60}){0,4}\([^()]{0,60}\)?$)/

const roots =
  "etc|usr|var|home|root|run|tmp|opt|mnt|Users|apps?|srv|data|workspaces?|private|Library|System|bin|lib|dev|proc|secrets|work|repo|code|src|build"
const file = new RegExp(
  `^(?:(?:~|\\.{1,2}|[A-Za-z]:)[\\\\/]|/(?:${roots})(?:/|$)|(?:[\\w.@-]{1,60}[\\\\/]){1,12}[\\w.@-]{1,60}\\.(?:pem|key|crt|cer|json|ya?ml|txt|env|p12|pfx|jks|toml|ini|conf)$|[\\w-]{1,40}\\.(?:pem|key|crt|cer|p12|pfx|jks)$|/(?:[\\w.@-]{1,60}/){0,12}[\\w.@-]{1,60}\\.(?:pem|key|crt|cer|json|ya?ml|txt|env|p12|pfx|jks)$)`
)
const pathLetters = /^[\w./\\:~@ -]*$/

/** Returns the word with which a sentence goes on, if nothing is glued to it. */
const firstWord = (value: string): string | undefined => {
  const first = /^[A-Za-z/'-]+/.exec(value)?.[0] ?? ""
  return words.has(first.toLowerCase()) && /^[.,:;!?)\]}"']*(?:\s|$)/.test(value.slice(first.length))
    ? first
    : undefined
}

/** Returns where the first word of a clause ends that has letters and digits in it and is no date; -1 if there is none. */
const endOfMixed = (clause: string): number => {
  mixed.lastIndex = 0
  for (let found = mixed.exec(clause); found !== null; found = mixed.exec(clause)) {
    if (!date.test(found[0].trim())) return mixed.lastIndex
  }
  return -1
}

/**
 * Tests whether what stands after the name of a secret is none: a word about it, a place to fill in, where it is read, a file.
 * `rest` is what follows in the same clause.
 */
export const isSpared = (value: string, rest = ""): boolean => {
  if (value === "" || placeholder.test(value) && !/^<.*[0-9].*[0-9]/.test(value) || reference.test(value)) return true
  if (file.test(value) && pathLetters.test(value)) return true
  const first = firstWord(value)
  return first !== undefined && endOfMixed(value.slice(first.length) + rest) < 0
}

/**
 * Returns how much of the rest of a clause belongs to a value that began as a sentence does: `not s3cr3t` is to be masked whole.
 */
export const reachOf = (value: string, rest: string): number =>
  firstWord(value) === undefined ? 0 : Math.max(0, endOfMixed(rest))
