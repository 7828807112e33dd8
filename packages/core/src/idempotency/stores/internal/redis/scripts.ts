/**
 * The steps as scripts: Redis runs one at a time, and each of ours touches one key.
 *
 * A key of ours is a hash. It outlives what it means by nothing: Redis removes it when its retention is over. Times are those
 * of Redis.
 */
import { script } from "./client.ts"

/** Reads the clock, and defines what the steps have in common. */
const common = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local key = KEYS[1]
local function text(number) return string.format('%.0f', number) end
`

const row = `${common}
local names = { 'fingerprint', 'owner', 'generation', 'reference', 'begun', 'taken', 'lease', 'retention', 'ended', 'kind', 'value' }
local row = {}
for index, value in ipairs(redis.call('HMGET', key, unpack(names))) do row[names[index]] = value end
local lease, retention, ended = tonumber(row.lease), tonumber(row.retention), tonumber(row.ended)
local function forgotten()
  if ended then return ended + retention <= now end
  return (row.begun == '1' and lease + retention or lease) <= now
end
local function state()
  if not row.owner or forgotten() then return { 'Absent' } end
  if row.kind then return { 'Completed', row.reference, text(ended), row.kind, row.value } end
  if ended then return { 'Unknown', row.reference, text(ended) } end
  if now < lease then return { 'InProgress', row.reference, text(lease - now) } end
  return { 'Unknown', row.reference, text(lease) }
end
`

/** Keeps a key that is held for as long as its outcome may be asked for, had its owner begun and been lost. */
const hold = `
local function hold(lease, retention)
  redis.call('HSET', key, 'lease', text(lease))
  redis.call('PEXPIREAT', key, text(lease + retention))
end
`

/** ARGV: fingerprint, owner, reference id, lease, retention, begun, takes what is unknown. */
export const claim = script(`${row}${hold}
local fingerprint, owner, reference, span, kept, begun, takes = unpack(ARGV)
local function grant(generation, first, begun, taken)
  redis.call('HSET', key, 'fingerprint', fingerprint, 'owner', owner, 'generation', generation, 'reference', first,
    'begun', begun, 'taken', taken, 'retention', kept)
  redis.call('HDEL', key, 'ended', 'kind', 'value')
  hold(now + span, kept)
end
local found = state()
if found[1] == 'Absent' then
  local generation = 1
  if row.owner and not ended and row.begun == '0' then generation = row.generation + 1 end
  grant(generation, reference, begun, '0')
  return { 'Claimed', generation }
end
if row.fingerprint ~= fingerprint then return { 'Conflict', row.reference } end
if not ended and row.owner == owner then
  hold(now + span, retention)
  return { row.taken == '1' and 'Taken' or 'Claimed', tonumber(row.generation), row.reference }
end
if found[1] ~= 'Unknown' or takes ~= '1' then return found end
grant(row.generation + 1, row.reference, '1', '1')
return { 'Taken', row.generation + 1, row.reference }
`)

export const lookup = script(`${row}
return state()
`)

/**
 * A step of an owner. ARGV: owner, generation, and more.
 *
 * A Redis that is full refuses the first write of a script, if it needs memory, and only that. New keys are refused there, and
 * the steps of those who have one are not: they begin with a write that needs none.
 */
const owned = (step: string) =>
  script(`${row}${hold}
if row.owner ~= ARGV[1] or row.generation ~= ARGV[2] then return 0 end
${step}
return 1
`)

const firstWrite = "redis.call('PERSIST', key)"

const mustBeOpen = `if ended then return 0 end
${firstWrite}`

/** ARGV[3]: the lease. */
export const renew = owned(`${mustBeOpen}
hold(now + ARGV[3], retention)`)

export const begin = owned(`${mustBeOpen}
redis.call('HSET', key, 'begun', '1')
hold(lease, retention)`)

export const release = owned(`${mustBeOpen}
redis.call('DEL', key)`)

const conclude = `redis.call('HSET', key, 'ended', text(now))
redis.call('PEXPIREAT', key, text(now + retention))`

/** ARGV[3]: the kind; ARGV[4]: the value, if one is kept. */
export const complete = owned(`if ended then return row.kind and 1 or 0 end
${firstWrite}
redis.call('HSET', key, 'kind', ARGV[3])
if ARGV[4] then redis.call('HSET', key, 'value', ARGV[4]) end
${conclude}`)

export const abandon = owned(`if ended then return row.kind and 0 or 1 end
${firstWrite}
${conclude}`)

/** Writes an effect, if it is not there. ARGV: reference id, tool, name, target, retention, and the key that was sent, if any. */
export const append = script(`${common}
if redis.call('EXISTS', key) == 1 then return 0 end
redis.call('HSET', key, 'reference', ARGV[1], 'tool', ARGV[2], 'name', ARGV[3], 'target', ARGV[4], 'outcome', 'begun',
  'started', text(now))
if ARGV[6] then redis.call('HSET', key, 'sent', ARGV[6]) end
redis.call('PEXPIREAT', key, text(now + ARGV[5]))
return 1
`)

/** Notes an effect among those of its call, in the order in which they come. ARGV: its id, retention. */
export const note = script(`${common}
redis.call('ZADD', key, 'NX', redis.call('ZCARD', key), ARGV[1])
if redis.call('PTTL', key) < tonumber(ARGV[2]) then redis.call('PEXPIREAT', key, text(now + ARGV[2])) end
return 1
`)

/** Writes how an effect ended. ARGV: the outcome. */
export const end = script(`${common}
local outcome = redis.call('HGET', key, 'outcome')
if outcome ~= 'begun' then return outcome == ARGV[1] and 1 or 0 end
redis.call('HSET', key, 'outcome', ARGV[1], 'ended', text(now))
return 1
`)

export const noted = script("return redis.call('ZRANGE', KEYS[1], 0, -1)")

export const effect = script(
  "return redis.call('HMGET', KEYS[1], 'reference', 'tool', 'name', 'target', 'sent', 'started', 'ended', 'outcome')"
)
