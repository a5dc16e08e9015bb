import { DOCUMENTS } from './documents.ts'
import { FILING } from './filing.ts'
import { PRELUDE } from './prelude.ts'

/** Drops all changes. Arguments: a change of documents. */
export const RESET_ALL = `${PRELUDE}${DOCUMENTS}
if not fits(ARGV[1]) then return 0 end
redis.call('HSET', P .. ':meta', 'era', redis.call('HINCRBY', P .. ':meta', 'count', 1))
redis.call('RPUSH', P .. ':garbage', nameOf(ERA))
return putDocuments(1)
`

/**
 * Drops the changes of one merchant. Arguments: mchid, names of all tables separated by commas, table:list of all sorted lists in the same way, a
 * change of documents.
 */
export const RESET_ONE = `${PRELUDE}${DOCUMENTS}${String.raw`
if not fits(ARGV[4]) then return 0 end
checkGenerations()
local mchid = ARGV[1]
local tables, lists = namesOf(ARGV[2]), namesOf(ARGV[3])
local function listedAt(name) return ERA .. ':listed:' .. name end
local known = false
for _, tbl in ipairs(tables) do
  checkKey(ERA, ownersIn(ERA, tbl))
  if redis.call('SISMEMBER', ownersIn(ERA, tbl), mchid) == 1 then known = true end
end
if not known then return putDocuments(4) end
for _, name in ipairs(lists) do checkKey(ERA, listedAt(name)) end
local old = resetsOf(mchid)
checkKey(ERA, ERA .. ':resets')
checkKey(ERA, ERA .. ':stamps')
local stamp = redis.call('HINCRBY', P .. ':meta', 'count', 1)
write(ERA, 'HSET', ERA .. ':resets', mchid, stamp)
for _, tbl in ipairs(tables) do
  write(ERA, 'HSET', ERA .. ':stamps', tbl, stamp, tbl .. '\1' .. mchid, stamp)
  takeOut(ERA, 'SREM', ownersIn(ERA, tbl), mchid)
end
for _, name in ipairs(lists) do takeOut(ERA, 'SREM', listedAt(name), mchid) end
redis.call('RPUSH', P .. ':garbage', table.concat({'m', meta.era, old, mchid}, '\1'))
return putDocuments(4)
`}`

/** Begins a seed, and returns its number. */
export const BEGIN_SEED = `${PRELUDE}
checkJoined()
local seed = redis.call('HINCRBY', P .. ':meta', 'count', 1)
SEED = P .. ':s' .. seed
redis.call('HSET', P .. ':building', nameOf(SEED), redis.call('TIME')[1])
redis.call('SADD', keysOf(SEED), SEED)
return tostring(seed)
`

/** A seed that is not in use yet, and will replace the current one. First argument: its number. */
const NEW_SEED = `
local seedInUse = SEED
SEED = P .. ':s' .. ARGV[1]
`

/** Writes rows of a seed that is not in use yet. Arguments: its number; for each row six, as for a commit. */
export const WRITE_SEED = `${PRELUDE}${FILING}${NEW_SEED}${String.raw`
if redis.call('EXISTS', keysOf(SEED)) == 0 then lostFrom(SEED) end
for at = 2, #ARGV, 6 do
  local tbl, names, mchid, key, texts, json = unpack(ARGV, at, at + 5)
  local rows = seedRows(tbl, mchid)
  local before = redis.call('HGET', rows, key)
  planMoves(SEED, {tbl = tbl, mchid = mchid, reset = '-', key = key}, namesOf(names), textsOfRow(before), textsOf(texts))
  refile()
  write(SEED, 'HSET', rows, key, nameOf(SEED) .. '\n' .. texts .. '\n' .. json)
  write(SEED, 'SADD', ownersIn(SEED, tbl), mchid)
end
return 1
`}`

/** Puts a seed into use, and drops all changes. Arguments: its number; a change of documents. */
export const USE_SEED = `${PRELUDE}${DOCUMENTS}${NEW_SEED}
if not fits(ARGV[2]) then return 0 end
if redis.call('EXISTS', keysOf(SEED)) == 0 then lostFrom(SEED) end
redis.call('HDEL', P .. ':building', nameOf(SEED))
redis.call('HSET', P .. ':meta', 'seed', ARGV[1], 'era', redis.call('HINCRBY', P .. ':meta', 'count', 1))
redis.call('RPUSH', P .. ':garbage', nameOf(seedInUse), nameOf(ERA))
return putDocuments(2)
`

/** Discards a seed that is not in use. Argument: its number. */
export const DROP_SEED = `${PRELUDE}${NEW_SEED}
if redis.call('HDEL', P .. ':building', nameOf(SEED)) == 1 then redis.call('RPUSH', P .. ':garbage', nameOf(SEED)) end
return 1
`
