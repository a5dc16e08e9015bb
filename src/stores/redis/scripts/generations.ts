import { FILING, PRELUDE } from './prelude.ts'
import { READERS } from './read.ts'

/**
 * Documents share a version, and are changed atomically unless somebody else has changed any since; a reset may be part of the change. The arguments
 * of a change: the version that it is based on; the number of documents; for each, two: name, JSON (empty for a deleted one). Returns the new
 * version, or 0 if others came first, with nothing changed.
 */
const DOCUMENTS = String.raw`
local documents, changedDocuments = P .. ':documents', P .. ':documents:changed'
local function documentsVersion()
  local known = redis.call('HMGET', P .. ':meta', 'since', 'documents')
  if not known[1] then return '' end
  return known[1] .. '.' .. known[2]
end
local function areDocumentsThere()
  local keys = {documents}
  if documentsVersion() ~= '' then keys[2] = changedDocuments end
  return redis.call('EXISTS', unpack(keys)) == #keys
end
local function checkDocuments()
  checkJoined()
  if not areDocumentsThere() then lost('all') end
end
local function fits(version)
  checkDocuments()
  return documentsVersion() == version
end
local function putDocuments(at)
  local changes = tonumber(ARGV[at + 1])
  if changes > 0 then
    local time = redis.call('TIME')
    redis.call('HSETNX', P .. ':meta', 'since', time[1] .. '-' .. time[2])
  end
  for i = at + 2, at + changes * 2, 2 do
    local name, json = ARGV[i], ARGV[i + 1]
    local change = redis.call('HINCRBY', P .. ':meta', 'documents', 1)
    redis.call('ZADD', changedDocuments, change, name)
    if json == '' then
      redis.call('HDEL', documents, name)
    else
      local old = redis.call('HGET', documents, name)
      local first = old and string.match(old, '^[^\n]*') or change
      redis.call('HSET', documents, name, first .. '\n' .. json)
    end
  end
  return documentsVersion()
end
`

/** Returns what has changed since a version, or everything if the version is not of this store: the current version, then names and values. */
export const READ_DOCUMENTS = `${PRELUDE}${DOCUMENTS}
checkDocuments()
local version = documentsVersion()
if version == ARGV[1] then return {version} end
local since, change = string.match(ARGV[1], '^(.*)%.(%d+)$')
local isOurs = since ~= nil and since == string.match(version, '^(.*)%.')
local names = redis.call('ZRANGE', changedDocuments, '(' .. (isOurs and change or '0'), '+inf', 'BYSCORE')
local reply = {version, isOurs and 'changes' or 'all'}
for _, name in ipairs(names) do
  reply[#reply + 1] = name
  reply[#reply + 1] = redis.call('HGET', documents, name) or ''
end
return reply
`

/** Changes documents. Arguments: those of a change. */
export const PUT_DOCUMENTS = `${PRELUDE}${DOCUMENTS}
if not fits(ARGV[1]) then return 0 end
return putDocuments(1)
`

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
  planMoves(filesOf(SEED, tbl, names, mchid, '-'), key, textsOfRow(before), textsOf(texts))
  write(SEED, 'HSET', rows, key, nameOf(SEED) .. '\n' .. texts .. '\n' .. json)
  write(SEED, 'SADD', ownersIn(SEED, tbl), mchid)
end
refile()
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

/** Returns what the server that keeps the mock says of its memory and its replicas; nothing if this user may not ask. */
export const ABOUT_SERVER = `
local function about(section)
  local said = redis.pcall('INFO', section)
  return type(said) == 'string' and said or ''
end
return about('memory') .. about('replication')
`

/**
 * Begins a new store, also in place of one that has lost its central keys. Argument: the format. Returns the format of the store.
 *
 * Its numbers begin with the time, so that leftover keys of an earlier store do not become part of this one. Generations that are still known to have
 * been in use are swept.
 */
export const JOIN = `${PRELUDE}${DOCUMENTS}
local format = redis.call('HGET', P .. ':meta', 'format')
if format and format ~= ARGV[1] then return format end
if meta.seed and areDocumentsThere() then
  -- A replica says here that it takes no changes.
  redis.call('HSET', P .. ':meta', 'format', ARGV[1])
  return ARGV[1]
end
local own = {P .. ':meta', documents, changedDocuments, P .. ':journal', P .. ':rates', P .. ':building', P .. ':garbage'}
local inUse = {nameOf(SEED), nameOf(ERA)}
local time = redis.call('TIME')
local first = time[1] .. string.format('%03d', math.floor(tonumber(time[2]) / 1000))
SEED = P .. ':s' .. first
redis.call('DEL', unpack(own))
if meta.seed then redis.call('RPUSH', P .. ':garbage', unpack(inUse)) end
redis.call('HSET', P .. ':meta', 'format', ARGV[1], 'count', first, 'seed', first, 'era', first)
redis.call('HSET', documents, '', '')
redis.call('SADD', keysOf(SEED), SEED)
return ARGV[1]
`

/**
 * The reads and writes of a transaction. Arguments: the number of reads; for each, six: way, four arguments, fingerprint; the number of writes; for
 * each, six: table, names of its indexes, mchid, key, index texts, JSON (empty for a deleted row).
 */
const CHANGES = String.raw`
checkGenerations()
local at = 2
local function isAsRead()
  for _ = 1, tonumber(ARGV[1]) do
    local what, tbl, a, b, c, given = unpack(ARGV, at, at + 5)
    if mark(what, tbl, a, b, c) ~= given then return false end
    at = at + 6
  end
  return true
end
local function writeRows()
  local writes = tonumber(ARGV[at])
  at = at + 1
  if writes == 0 then return end
  local stamps = ERA .. ':stamps'
  local function eachWrite(work)
    for i = 0, writes - 1 do work(unpack(ARGV, at + i * 6, at + i * 6 + 5)) end
  end

  checkKey(ERA, stamps)
  eachWrite(function (tbl, names, mchid, key, texts)
    checkKey(ERA, changedRows(tbl, mchid))
    checkKey(ERA, ownersIn(ERA, tbl))
    local before, under = changedRow(tbl, mchid, key), seedRow(tbl, mchid, key)
    local files = filesOf(ERA, tbl, names, mchid, resetsOf(mchid))
    planMoves(files, key, before and textsOfRow(before), textsOf(texts), textsOfRow(under))
  end)

  local stamp = tostring(redis.call('HINCRBY', P .. ':meta', 'count', 1))
  if meta.used ~= meta.era then redis.call('HSET', P .. ':meta', 'used', meta.era) end
  refile()
  local stamped = {}
  eachWrite(function (tbl, names, mchid, key, texts, json)
    write(ERA, 'HSET', changedRows(tbl, mchid), key, stamp .. '\n' .. texts .. '\n' .. json)
    local field = tbl .. '\1' .. mchid
    if stamped[field] then return end
    stamped[field] = true
    write(ERA, 'SADD', ownersIn(ERA, tbl), mchid)
    write(ERA, 'HSET', stamps, tbl, stamp, field, stamp)
  end)
  at = at + writes * 6
end
`

/**
 * Checks that everything a transaction read is unchanged, and writes its changes: all or nothing. Arguments: {@link CHANGES}. Returns 1, or 0 if
 * something has changed.
 */
export const COMMIT = `${PRELUDE}${READERS}${FILING}${CHANGES}
if not isAsRead() then return 0 end
writeRows()
return 1
`

/** The same with a change of documents, whose arguments follow. Returns their new version, 0 if they have changed, or -1 if something else has. */
export const COMMIT_WITH_DOCUMENTS = `${PRELUDE}${READERS}${FILING}${DOCUMENTS}${CHANGES}
if not isAsRead() then return -1 end
if not fits(ARGV[at + 1 + tonumber(ARGV[at]) * 6]) then return 0 end
writeRows()
return putDocuments(at)
`

/**
 * Deletes some unused keys; returns 1 while more remain. Arguments: seconds after which an unfinished seed is discarded; for each table two: its
 * name, and the names of its indexes.
 *
 * Garbage is a generation, with all its keys; or the remains of one merchant's reset in the era that is in use: rows, sorted lists, and places in the
 * indexes of all merchants.
 */
export const SWEEP = `${PRELUDE}${FILING}${String.raw`
local started = redis.call('HGETALL', P .. ':building')
local now = tonumber(redis.call('TIME')[1])
for i = 1, #started, 2 do
  if now - tonumber(started[i + 1]) > tonumber(ARGV[1]) then
    redis.call('HDEL', P .. ':building', started[i])
    redis.call('RPUSH', P .. ':garbage', started[i])
  end
end
local garbage = redis.call('LINDEX', P .. ':garbage', 0)
if not garbage then return 0 end
local function done()
  redis.call('LREM', P .. ':garbage', 1, garbage)
  return 1
end
local era, reset, mchid = string.match(garbage, '^m\1([^\1]*)\1([^\1]*)\1(.*)$')
if not era then
  local keys = keysOf(P .. ':' .. garbage)
  local some = redis.call('SRANDMEMBER', keys, 64)
  for _, key in ipairs(some) do redis.call('UNLINK', key) end
  if #some > 0 then
    redis.call('SREM', keys, unpack(some))
    return 1
  end
  redis.call('UNLINK', keys)
  return done()
end
-- An era that is over takes everything with it.
if era ~= meta.era then return done() end
local function drop(key)
  redis.call('UNLINK', key)
  redis.call('SREM', keysOf(ERA), key)
end
for i = 2, #ARGV, 2 do
  local tbl, names = ARGV[i], namesOf(ARGV[i + 1])
  local rows = changedRows(tbl, mchid, reset)
  local some = redis.call('HSCAN', rows, '0', 'COUNT', 200)[2]
  for n = 1, #some, 2 do
    local texts = textsOfRow(some[n + 1])
    for t, name in ipairs(names) do
      if texts[t] and texts[t] ~= '-' and not listNamed(name) then
        takeOut(ERA, 'ZREM', indexKey(ERA, tbl, name), memberOf(texts[t], mchid, reset, some[n]))
      end
    end
    redis.call('HDEL', rows, some[n])
  end
  if #some > 0 then return 1 end
  drop(rows)
  for _, name in ipairs(names) do
    local list = listNamed(name)
    if list then
      drop(sortedKey(ERA, tbl, list, mchid, reset))
      drop(hiddenKey(tbl, list, mchid, reset))
    end
  end
end
return done()
`}`
