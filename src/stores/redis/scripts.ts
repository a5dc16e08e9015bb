/**
 * Scripts that run inside the server. Every script takes the root of all keys, `{prefix}`, as its only declared key: the braces put all keys of a
 * mock into one slot of a cluster, so that a script may access all of them atomically (`docs/decisions/0015-*`).
 *
 * | key, after the root | what it holds |
 * |---|---|
 * | `:meta` | hash: `format`, `seed` and `era` (which generation of seed and of changes is in use), `used` (the era, once anything was changed in it), `count` (of all commits), `since` and `documents` (when the first document was written, and how often any was), `journal` (how large its exchanges are together), `rates` (once any call was counted) |
 * | `:s<seed>:rows:<table>:<mchid>`, `:c<era>:rows:<table>:<resets>:<mchid>` | hash: key of a row to its stamp, its index texts and its JSON, a line each |
 * | `:s<seed>:index:<table>:<index>`, `:c<era>:index:…` | sorted set, in lexicographic order: text, mchid, resets, key |
 * | `:s<seed>:owners:<table>`, `:c<era>:owners:<table>` | set: merchants that have rows |
 * | `:c<era>:resets` | hash: merchant to the commit that reset it |
 * | `:c<era>:stamps` | hash: the latest commit of each table, and of each merchant's |
 * | `:keys:s<seed>`, `:keys:c<era>` | set: names of all keys of that generation that exist; that of a seed also has its root |
 * | `:documents` | hash: name of a document to when it was put first, and its JSON, a line each; and an empty name, so that it always exists |
 * | `:documents:changed` | sorted set: names of documents, also of those that are gone, by their latest change |
 * | `:journal` | list of exchanges |
 * | `:rates` | hash: merchant and operation to the window that is counted, and the count |
 * | `:building` | hash: seeds that are being written, with when that began |
 * | `:garbage` | list: unused keys that are still to be deleted |
 *
 * A row in the changes hides the one in the seed; without JSON it marks the row as deleted. Dropping the changes means a new number in `era`.
 *
 * What is not there although it should be was dropped by a server that is short of memory, or deleted by hand. A script that meets such a gap ends
 * with the error `LOST` and what is lost, instead of taking the state for an emptier one: {@link LOST}.
 */
const PRELUDE = String.raw`
local P = KEYS[1]
local meta = redis.call('HMGET', P .. ':meta', 'seed', 'era', 'used')
local SEED, ERA = P .. ':s' .. (meta[1] or '0'), P .. ':c' .. (meta[2] or '0')
local function lost(what) error({err = 'LOST ' .. what}) end
local function checkJoined()
  if not meta[1] then lost('all') end
end
local function keysOf(generation) return P .. ':keys:' .. string.sub(generation, #P + 2) end
local function checkGenerations()
  checkJoined()
  if redis.call('EXISTS', keysOf(SEED)) == 0 then lost('seed') end
  if meta[3] == meta[2] and redis.call('EXISTS', keysOf(ERA)) == 0 then lost('changes') end
end
local missing = {}
-- Whether a key of a generation does not exist, as is right for one that nothing was written to.
local function isMissing(generation, key)
  if missing[key] == nil then
    missing[key] = redis.call('EXISTS', key) == 0
    if missing[key] and redis.call('SISMEMBER', keysOf(generation), key) == 1 then
      lost(generation == ERA and 'changes' or 'seed')
    end
  end
  return missing[key]
end
local function written(generation, key)
  if not isMissing(generation, key) then return end
  redis.call('SADD', keysOf(generation), key)
  missing[key] = false
end
-- A set ends with its last member. It is counted before, since a key that has just ended cannot be asked for while its slot moves.
local function takeOut(generation, key, count, remove, member)
  local size = redis.call(count, key)
  if redis.call(remove, key, member) < size then return end
  redis.call('SREM', keysOf(generation), key)
  missing[key] = true
end
local resets = {}
local function resetsOf(mchid)
  if not resets[mchid] then
    local number = redis.call('HGET', ERA .. ':resets', mchid)
    if not number then isMissing(ERA, ERA .. ':resets') end
    resets[mchid] = number or '0'
  end
  return resets[mchid]
end
local function seedRows(tbl, mchid) return SEED .. ':rows:' .. tbl .. ':' .. mchid end
local function changedRows(tbl, mchid) return ERA .. ':rows:' .. tbl .. ':' .. resetsOf(mchid) .. ':' .. mchid end
local function parse(row)
  local stamp, texts, json = string.match(row, '^([^\n]*)\n([^\n]*)\n(.*)$')
  return stamp, json, texts
end
-- What is to be written is looked at first: while the slot moves to another node, what fails then fails with nothing changed.
local function touch(...)
  for _, key in ipairs({...}) do redis.call('EXISTS', key) end
end
local function textsOf(texts)
  local all = {}
  for text in string.gmatch(texts, '[^\1]+') do all[#all + 1] = text end
  return all
end
local function namesOf(names)
  local all = {}
  for name in string.gmatch(names, '[^,]+') do all[#all + 1] = name end
  return all
end
`

/** What a script may report as lost, with what to do. */
export const LOST: Readonly<Record<string, string>> = {
  all: 'the state of the mock: start a mock with it once more, which gives it a seed',
  seed: 'part of the state of the mock: give it another, as with PUT /_mock/world',
  changes: 'part of what has changed since the seed: go back to the seed with POST /_mock/reset',
  journal: 'the journal: empty it with DELETE /_mock/journal',
  rates: 'the counts of calls: POST /_mock/reset lets them begin again',
}

/** The ways to read. Each returns a fingerprint that shows whether it would still read the same, then the JSON of each row, or their number. */
const READERS = String.raw`
checkGenerations()
local function rowIn(layer, rows, key)
  local row = redis.call('HGET', rows, key)
  if not row then isMissing(layer, rows) end
  return row
end
local function rowsIn(layer, rows)
  local all = redis.call('HGETALL', rows)
  if #all == 0 then isMissing(layer, rows) end
  return all
end
local function find(tbl, mchid, key)
  local row = rowIn(ERA, changedRows(tbl, mchid), key) or rowIn(SEED, seedRows(tbl, mchid), key)
  if not row then return {'-'} end
  local stamp, json = parse(row)
  if json == '' then return {'-'} end
  return {stamp, json}
end
local function where(tbl, index, text, mchid)
  local seen = {}
  local found = {''}
  local start = text .. '\1'
  if mchid ~= '' then start = start .. mchid .. '\1' end
  local function range(layer)
    local name = layer .. ':index:' .. tbl .. ':' .. index
    local members = redis.call('ZRANGE', name, '[' .. start, '(' .. string.sub(start, 1, -2) .. '\2', 'BYLEX')
    if #members == 0 then isMissing(layer, name) end
    return members
  end
  local function add(layer, owner, key, row)
    if not row then lost(layer == ERA and 'changes' or 'seed') end
    local stamp, json = parse(row)
    seen[#seen + 1] = owner .. '\1' .. key .. '\1' .. stamp
    found[#found + 1] = json
  end
  for _, member in ipairs(range(SEED)) do
    local owner, key = string.match(member, '^([^\1]*)\1[^\1]*\1([^\1]*)$', #text + 2)
    if not rowIn(ERA, changedRows(tbl, owner), key) then
      add(SEED, owner, key, redis.call('HGET', seedRows(tbl, owner), key))
    end
  end
  for _, member in ipairs(range(ERA)) do
    local owner, reset, key = string.match(member, '^([^\1]*)\1([^\1]*)\1([^\1]*)$', #text + 2)
    if reset == resetsOf(owner) then add(ERA, owner, key, redis.call('HGET', changedRows(tbl, owner), key)) end
  end
  found[1] = redis.sha1hex(table.concat(seen, '\2'))
  return found
end
local function listStamp(tbl, mchid)
  local field = tbl
  if mchid ~= '' then field = tbl .. '\1' .. mchid end
  return SEED .. ERA .. ':' .. (rowIn(ERA, ERA .. ':stamps', field) or '-')
end
local function ownersOf(tbl, mchid)
  if mchid ~= '' then return {mchid} end
  isMissing(SEED, SEED .. ':owners:' .. tbl)
  isMissing(ERA, ERA .. ':owners:' .. tbl)
  return redis.call('SUNION', SEED .. ':owners:' .. tbl, ERA .. ':owners:' .. tbl)
end
local function list(tbl, mchid)
  local found = {listStamp(tbl, mchid)}
  for _, owner in ipairs(ownersOf(tbl, mchid)) do
    local changed = {}
    local rows = rowsIn(ERA, changedRows(tbl, owner))
    for i = 1, #rows, 2 do
      local _, json = parse(rows[i + 1])
      changed[rows[i]] = true
      if json ~= '' then found[#found + 1] = json end
    end
    rows = rowsIn(SEED, seedRows(tbl, owner))
    for i = 1, #rows, 2 do
      if not changed[rows[i]] then
        local _, json = parse(rows[i + 1])
        found[#found + 1] = json
      end
    end
  end
  return found
end
-- Looks at the changes only, as there may be a million rows in the seed.
local function count(tbl, mchid)
  local total = 0
  for _, owner in ipairs(ownersOf(tbl, mchid)) do
    local seed = seedRows(tbl, owner)
    isMissing(SEED, seed)
    total = total + redis.call('HLEN', seed)
    local rows = rowsIn(ERA, changedRows(tbl, owner))
    for i = 1, #rows, 2 do
      local _, json = parse(rows[i + 1])
      total = total + (json == '' and 0 or 1) - redis.call('HEXISTS', seed, rows[i])
    end
  end
  return {listStamp(tbl, mchid), tostring(total)}
end
`

/** `find table mchid key`, `where table index text mchid`, `list table mchid`, or `count table mchid`; an empty mchid stands for all. */
export const READ = `${PRELUDE}${READERS}
local what, tbl, a, b, c = unpack(ARGV)
if what == 'find' then return find(tbl, a, b) end
if what == 'where' then return where(tbl, a, b, c) end
if what == 'count' then return count(tbl, a) end
return list(tbl, a)
`

/**
 * Checks that everything a transaction read is unchanged, and writes its changes: all or nothing. Arguments: the number of reads; for each, five:
 * way, three or four arguments, fingerprint; the number of writes; for each, six: table, names of its indexes, mchid, key, index texts, JSON (empty
 * for a deleted row). Returns 1, or 0 if something has changed.
 */
export const COMMIT = `${PRELUDE}${READERS}${String.raw`
local at = 2
for _ = 1, tonumber(ARGV[1]) do
  local what, tbl, a, b, c, given = unpack(ARGV, at, at + 5)
  local now
  if what == 'find' then now = find(tbl, a, b)[1]
  elseif what == 'where' then now = where(tbl, a, b, c)[1]
  else now = listStamp(tbl, a) end
  if now ~= given then return 0 end
  at = at + 6
end
local writes = tonumber(ARGV[at])
if writes == 0 then return 1 end
at = at + 1

isMissing(ERA, ERA .. ':stamps')
touch(P .. ':meta', keysOf(ERA))
local before = {}
for i = 0, writes - 1 do
  local tbl, names, mchid, key = unpack(ARGV, at + i * 6, at + i * 6 + 3)
  local rows = changedRows(tbl, mchid)
  isMissing(ERA, rows)
  isMissing(ERA, ERA .. ':owners:' .. tbl)
  for _, name in ipairs(namesOf(names)) do isMissing(ERA, ERA .. ':index:' .. tbl .. ':' .. name) end
  before[i] = redis.call('HGET', rows, key)
end

local stamp = tostring(redis.call('HINCRBY', P .. ':meta', 'count', 1))
if meta[3] ~= meta[2] then redis.call('HSET', P .. ':meta', 'used', meta[2]) end
for i = 0, writes - 1 do
  local tbl, names, mchid, key, texts, json = unpack(ARGV, at + i * 6, at + i * 6 + 5)
  names = namesOf(names)
  local place = '\1' .. mchid .. '\1' .. resetsOf(mchid) .. '\1' .. key
  local old = {}
  if before[i] then
    local _, _, oldTexts = parse(before[i])
    old = textsOf(oldTexts)
  end
  local new = textsOf(texts)
  for n, name in ipairs(names) do
    local was, is = old[n] or '-', new[n] or '-'
    if was ~= is then
      local index = ERA .. ':index:' .. tbl .. ':' .. name
      if was ~= '-' then takeOut(ERA, index, 'ZCARD', 'ZREM', string.sub(was, 2) .. place) end
      if is ~= '-' then
        redis.call('ZADD', index, 0, string.sub(is, 2) .. place)
        written(ERA, index)
      end
    end
  end
  redis.call('HSET', changedRows(tbl, mchid), key, stamp .. '\n' .. texts .. '\n' .. json)
  written(ERA, changedRows(tbl, mchid))
  redis.call('SADD', ERA .. ':owners:' .. tbl, mchid)
  written(ERA, ERA .. ':owners:' .. tbl)
  redis.call('HSET', ERA .. ':stamps', tbl, stamp, tbl .. '\1' .. mchid, stamp)
end
written(ERA, ERA .. ':stamps')
return 1
`}`

/**
 * Documents share a version, and are changed atomically unless somebody else has changed any since; a reset may be part of the change. The arguments
 * of a change: the version that it is based on; the number of documents; for each, two: name, JSON (empty for a deleted one). Returns the new
 * version, or 0 if others came first, with nothing changed.
 */
const DOCUMENTS = String.raw`
local function documentsVersion()
  local known = redis.call('HMGET', P .. ':meta', 'since', 'documents')
  if not known[1] then return '' end
  return known[1] .. '.' .. known[2]
end
local function checkDocuments()
  checkJoined()
  local names = {P .. ':documents'}
  if documentsVersion() ~= '' then names[2] = P .. ':documents:changed' end
  if redis.call('EXISTS', unpack(names)) < #names then lost('all') end
end
local function fits(version)
  checkDocuments()
  touch(P .. ':meta', P .. ':garbage', P .. ':documents', P .. ':documents:changed')
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
    redis.call('ZADD', P .. ':documents:changed', change, name)
    if json == '' then
      redis.call('HDEL', P .. ':documents', name)
    else
      local old = redis.call('HGET', P .. ':documents', name)
      local first = old and string.match(old, '^[^\n]*') or change
      redis.call('HSET', P .. ':documents', name, first .. '\n' .. json)
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
local names = redis.call('ZRANGE', P .. ':documents:changed', '(' .. (isOurs and change or '0'), '+inf', 'BYSCORE')
local reply = {version, isOurs and 'changes' or 'all'}
for _, name in ipairs(names) do
  reply[#reply + 1] = name
  reply[#reply + 1] = redis.call('HGET', P .. ':documents', name) or ''
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
local old = string.sub(ERA, #P + 2)
redis.call('HSET', P .. ':meta', 'era', redis.call('HINCRBY', P .. ':meta', 'count', 1))
redis.call('RPUSH', P .. ':garbage', old)
return putDocuments(1)
`

/** Drops the changes of one merchant. Arguments: mchid, names of all tables separated by commas, a change of documents. */
export const RESET_ONE = `${PRELUDE}${DOCUMENTS}${String.raw`
if not fits(ARGV[3]) then return 0 end
checkGenerations()
local mchid = ARGV[1]
local tables = namesOf(ARGV[2])
local known = false
for _, tbl in ipairs(tables) do
  isMissing(ERA, ERA .. ':owners:' .. tbl)
  if redis.call('SISMEMBER', ERA .. ':owners:' .. tbl, mchid) == 1 then known = true end
end
if not known then return putDocuments(3) end
local old = resetsOf(mchid)
isMissing(ERA, ERA .. ':resets')
isMissing(ERA, ERA .. ':stamps')
local stamp = redis.call('HINCRBY', P .. ':meta', 'count', 1)
redis.call('HSET', ERA .. ':resets', mchid, stamp)
written(ERA, ERA .. ':resets')
for _, tbl in ipairs(tables) do
  redis.call('HSET', ERA .. ':stamps', tbl, stamp, tbl .. '\1' .. mchid, stamp)
  takeOut(ERA, ERA .. ':owners:' .. tbl, 'SCARD', 'SREM', mchid)
end
redis.call('RPUSH', P .. ':garbage', table.concat({'m', string.sub(ERA, #P + 3), old, mchid}, '\1'))
return putDocuments(3)
`}`

/** Returns what the server that keeps the mock says of its memory; nothing if this user may not ask. */
export const MEMORY = `
local memory = redis.pcall('INFO', 'memory')
return type(memory) == 'string' and memory or ''
`

/**
 * Begins a new store, also in place of one that has lost what holds it together. Argument: the format. Returns the format that the store has.
 *
 * Its numbers begin with the time, so that keys that are left of an earlier store do not become part of this one.
 */
export const JOIN = `${PRELUDE}
local known = redis.call('HMGET', P .. ':meta', 'format', 'since')
if known[1] and known[1] ~= ARGV[1] then return known[1] end
local documents, changed = P .. ':documents', P .. ':documents:changed'
local isWhole = meta[1] and redis.call('EXISTS', documents) == 1 and (not known[2] or redis.call('EXISTS', changed) == 1)
if isWhole then
  -- A replica says here that it takes no changes.
  redis.call('HSET', P .. ':meta', 'format', ARGV[1])
  return ARGV[1]
end
local own = {P .. ':meta', documents, changed, P .. ':journal', P .. ':rates', P .. ':building', P .. ':garbage'}
local time = redis.call('TIME')
local first = time[1] .. string.format('%03d', math.floor(tonumber(time[2]) / 1000))
touch(P .. ':keys:s' .. first, unpack(own))
redis.call('DEL', unpack(own))
redis.call('HSET', P .. ':meta', 'format', ARGV[1], 'count', first, 'seed', first, 'era', first)
redis.call('HSET', documents, '', '')
redis.call('SADD', P .. ':keys:s' .. first, P .. ':s' .. first)
return ARGV[1]
`

/** Begins a seed, and returns its number. */
export const BEGIN_SEED = `${PRELUDE}
checkJoined()
local seed = redis.call('HINCRBY', P .. ':meta', 'count', 1)
redis.call('HSET', P .. ':building', 's' .. seed, redis.call('TIME')[1])
redis.call('SADD', P .. ':keys:s' .. seed, P .. ':s' .. seed)
return tostring(seed)
`

/** Writes rows of a seed that is not in use yet. Arguments: its number; for each row six, as for a commit. */
export const WRITE_SEED = `${PRELUDE}${String.raw`
local name = 's' .. ARGV[1]
SEED = P .. ':' .. name
if redis.call('EXISTS', keysOf(SEED)) == 0 then lost('seed') end
for at = 2, #ARGV, 6 do
  local tbl, names, mchid, key, texts, json = unpack(ARGV, at, at + 5)
  local rows = seedRows(tbl, mchid)
  local place = '\1' .. mchid .. '\1-\1' .. key
  local before = redis.call('HGET', rows, key)
  local old = {}
  if before then
    local _, _, oldTexts = parse(before)
    old = textsOf(oldTexts)
  end
  local new = textsOf(texts)
  for n, index in ipairs(namesOf(names)) do
    local index = SEED .. ':index:' .. tbl .. ':' .. index
    isMissing(SEED, index)
    if old[n] and old[n] ~= '-' then takeOut(SEED, index, 'ZCARD', 'ZREM', string.sub(old[n], 2) .. place) end
    if new[n] and new[n] ~= '-' then
      redis.call('ZADD', index, 0, string.sub(new[n], 2) .. place)
      written(SEED, index)
    end
  end
  isMissing(SEED, rows)
  redis.call('HSET', rows, key, name .. '\n' .. texts .. '\n' .. json)
  written(SEED, rows)
  isMissing(SEED, SEED .. ':owners:' .. tbl)
  redis.call('SADD', SEED .. ':owners:' .. tbl, mchid)
  written(SEED, SEED .. ':owners:' .. tbl)
end
return 1
`}`

/** Puts a seed into use, and drops all changes. Arguments: its number; a change of documents. */
export const USE_SEED = `${PRELUDE}${DOCUMENTS}
if not fits(ARGV[2]) then return 0 end
if redis.call('EXISTS', P .. ':keys:s' .. ARGV[1]) == 0 then lost('seed') end
redis.call('HDEL', P .. ':building', 's' .. ARGV[1])
redis.call('HSET', P .. ':meta', 'seed', ARGV[1], 'era', redis.call('HINCRBY', P .. ':meta', 'count', 1))
redis.call('RPUSH', P .. ':garbage', string.sub(SEED, #P + 2), string.sub(ERA, #P + 2))
return putDocuments(2)
`

/** Discards a seed that is not in use. Argument: its number. */
export const DROP_SEED = `${PRELUDE}
if redis.call('HDEL', P .. ':building', 's' .. ARGV[1]) == 1 then redis.call('RPUSH', P .. ':garbage', 's' .. ARGV[1]) end
return 1
`

/**
 * Deletes some unused keys; returns 1 while there are more. Arguments: seconds after which an unfinished seed is discarded; for each table two: its
 * name, and the names of its indexes.
 */
export const SWEEP = `${PRELUDE}${String.raw`
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
if string.sub(garbage, 1, 1) ~= 'm' then
  local keys = P .. ':keys:' .. garbage
  local some = redis.call('SRANDMEMBER', keys, 64)
  for _, key in ipairs(some) do redis.call('UNLINK', key) end
  if #some > 0 then
    redis.call('SREM', keys, unpack(some))
    return 1
  end
  redis.call('UNLINK', keys)
  return done()
end
local era, reset, mchid = string.match(garbage, '^m\1([^\1]*)\1([^\1]*)\1(.*)$')
-- An era that is over takes everything with it.
if P .. ':c' .. era ~= ERA then return done() end
for i = 2, #ARGV, 2 do
  local rows = ERA .. ':rows:' .. ARGV[i] .. ':' .. reset .. ':' .. mchid
  local some = redis.call('HSCAN', rows, '0', 'COUNT', 200)[2]
  for n = 1, #some, 2 do
    local _, _, texts = parse(some[n + 1])
    texts = textsOf(texts)
    for t, name in ipairs(namesOf(ARGV[i + 1])) do
      if texts[t] and texts[t] ~= '-' then
        local index = ERA .. ':index:' .. ARGV[i] .. ':' .. name
        takeOut(ERA, index, 'ZCARD', 'ZREM', string.sub(texts[t], 2) .. '\1' .. mchid .. '\1' .. reset .. '\1' .. some[n])
      end
    end
    redis.call('HDEL', rows, some[n])
  end
  if #some > 0 then return 1 end
  redis.call('SREM', P .. ':keys:c' .. era, rows)
end
return done()
`}`

const JOURNAL = `
local journal = P .. ':journal'
local function checkJournal()
  checkJoined()
  if redis.call('EXISTS', journal) == 0 and redis.call('HEXISTS', P .. ':meta', 'journal') == 1 then lost('journal') end
end
`

/** Adds an exchange to the journal, and drops the oldest beyond the limits. Arguments: the most exchanges, the most bytes, the exchange. */
export const ADD_EXCHANGE = `${PRELUDE}${JOURNAL}
checkJournal()
redis.call('RPUSH', journal, ARGV[3])
local function changeSize(by) return redis.call('HINCRBY', P .. ':meta', 'journal', by) end
local bytes = changeSize(#ARGV[3])
while redis.call('LLEN', journal) > tonumber(ARGV[1]) or (bytes > tonumber(ARGV[2]) and redis.call('LLEN', journal) > 1) do
  bytes = changeSize(-#redis.call('LPOP', journal))
end
return 1
`

/** Returns every exchange of the journal, oldest first. */
export const LIST_EXCHANGES = `${PRELUDE}${JOURNAL}
checkJournal()
return redis.call('LRANGE', journal, 0, -1)
`

/** Empties the journal. */
export const CLEAR_EXCHANGES = `${PRELUDE}
redis.call('DEL', P .. ':journal')
redis.call('HDEL', P .. ':meta', 'journal')
return 1
`

const RATES = `
local rates = P .. ':rates'
local function checkRates()
  checkJoined()
  if redis.call('EXISTS', rates) == 0 and redis.call('HEXISTS', P .. ':meta', 'rates') == 1 then lost('rates') end
end
`

/** What was counted in a window. Arguments: mchid, operation, start of the window, limit. */
const TAKEN = String.raw`${RATES}
checkRates()
local field = ARGV[1] .. '\1' .. ARGV[2]
local known = redis.call('HGET', rates, field)
local start, taken = string.match(known or '', '^(.*) (%d+)$')
taken = start == ARGV[3] and tonumber(taken) or 0
`

/** Tells whether a limit is reached, with the arguments of {@link TAKEN}. Returns 1 if it is. */
export const IS_LIMIT_REACHED = `${PRELUDE}${TAKEN}
return taken >= tonumber(ARGV[4]) and 1 or 0
`

/** Counts a call, with the arguments of {@link TAKEN}. Returns 1 if it was counted. */
export const COUNT_CALL = `${PRELUDE}${TAKEN}
if taken >= tonumber(ARGV[4]) then return 0 end
redis.call('HSET', rates, field, ARGV[3] .. ' ' .. (taken + 1))
redis.call('HSET', P .. ':meta', 'rates', 1)
return 1
`

/** Forgets counts. Argument: mchid, or none for all. */
export const FORGET_CALLS = `${PRELUDE}${RATES}${String.raw`
if ARGV[1] == '' then
  redis.call('DEL', rates)
else
  checkRates()
  for _, field in ipairs(redis.call('HKEYS', rates)) do
    if string.sub(field, 1, #ARGV[1] + 1) == ARGV[1] .. '\1' then redis.call('HDEL', rates, field) end
  end
end
if redis.call('EXISTS', rates) == 0 then redis.call('HDEL', P .. ':meta', 'rates') end
return 1
`}`
