/**
 * Scripts that run inside the server. Every script takes the root of all keys, `{prefix}`, as its only declared key: the braces put all keys of a
 * mock into one slot of a cluster, so that a script may access all of them atomically (`docs/decisions/0015-*`).
 *
 * | key, after the root | what it holds |
 * |---|---|
 * | `:meta` | hash: `format`, `seed` and `era` (which generation of seed and of changes is in use), `count` (of all commits), `since` and `documents` (when the first document was written, and how often any was) |
 * | `:s<seed>:rows:<table>:<mchid>`, `:c<era>:rows:<table>:<resets>:<mchid>` | hash: key of a row to its stamp, its index texts and its JSON, a line each |
 * | `:s<seed>:index:<table>:<index>`, `:c<era>:index:…` | sorted set, in lexicographic order: text, mchid, resets, key |
 * | `:s<seed>:sorted:<table>:<list>:-:<mchid>`, `:c<era>:sorted:<table>:<list>:<resets>:<mchid>` | sorted set, in lexicographic order: text, what is sorted by, key |
 * | `:c<era>:hidden:<table>:<list>:<resets>:<mchid>` | the same, of the rows in the seed that changes have moved elsewhere, or out of the list |
 * | `:s<seed>:owners:<table>`, `:c<era>:owners:<table>` | set: merchants that have rows |
 * | `:c<era>:resets` | hash: merchant to the commit that reset it |
 * | `:c<era>:stamps` | hash: the latest commit of each table, and of each merchant's |
 * | `:keys:s<seed>`, `:keys:c<era>` | set: names of all keys of that generation |
 * | `:documents` | hash: name of a document to when it was put first, and its JSON, a line each |
 * | `:documents:changed` | sorted set: names of documents, also of those that are gone, by their latest change |
 * | `:journal`, `:journal:bytes` | list of exchanges, and how large they are together |
 * | `:rates` | hash: merchant and operation to the window that is counted, and the count |
 * | `:building` | hash: seeds that are being written, with when that began |
 * | `:garbage` | list: unused keys that are still to be deleted |
 *
 * A row in the changes hides the one in the seed; without JSON it marks the row as deleted. Dropping the changes means a new number in `era`.
 */
const PRELUDE = String.raw`
local P = KEYS[1]
local meta = redis.call('HMGET', P .. ':meta', 'seed', 'era')
local SEED, ERA = P .. ':s' .. (meta[1] or '0'), P .. ':c' .. (meta[2] or '0')
local resets = {}
local function resetsOf(mchid)
  if not resets[mchid] then resets[mchid] = redis.call('HGET', ERA .. ':resets', mchid) or '0' end
  return resets[mchid]
end
local function seedRows(tbl, mchid) return SEED .. ':rows:' .. tbl .. ':' .. mchid end
local function changedRows(tbl, mchid) return ERA .. ':rows:' .. tbl .. ':' .. resetsOf(mchid) .. ':' .. mchid end
local function parse(row)
  local stamp, texts, json = string.match(row, '^([^\n]*)\n([^\n]*)\n(.*)$')
  return stamp, json, texts
end
local function sortedKey(layer, kind, tbl, list, reset, mchid)
  return table.concat({layer, kind, tbl, list, reset, mchid}, ':')
end
-- Where an index has a row with a text, or a sorted list, whose name is marked: the key of the sorted set, and the member.
local function filed(layer, tbl, name, mchid, reset, key, text, kind)
  if string.sub(name, 1, 1) == '+' then
    return sortedKey(layer, kind or 'sorted', tbl, string.sub(name, 2), reset, mchid), text .. '\2' .. key
  end
  return layer .. ':index:' .. tbl .. ':' .. name, table.concat({text, mchid, reset, key}, '\1')
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
local function textsOfRow(row)
  local _, _, texts = parse(row)
  return textsOf(texts)
end
local function namesOf(names)
  local all = {}
  for name in string.gmatch(names, '[^,]+') do all[#all + 1] = name end
  return all
end
`

/** The ways to read. Each returns a fingerprint that shows whether it would still read the same, then the JSON of each row, or their number. */
const READERS = String.raw`
local function find(tbl, mchid, key)
  local row = redis.call('HGET', changedRows(tbl, mchid), key) or redis.call('HGET', seedRows(tbl, mchid), key)
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
    return redis.call('ZRANGE', layer .. ':index:' .. tbl .. ':' .. index, '[' .. start, '(' .. string.sub(start, 1, -2) .. '\2', 'BYLEX')
  end
  local function add(owner, key, row)
    local stamp, json = parse(row)
    seen[#seen + 1] = owner .. '\1' .. key .. '\1' .. stamp
    found[#found + 1] = json
  end
  for _, member in ipairs(range(SEED)) do
    local owner, key = string.match(member, '^([^\1]*)\1[^\1]*\1([^\1]*)$', #text + 2)
    if redis.call('HEXISTS', changedRows(tbl, owner), key) == 0 then
      add(owner, key, redis.call('HGET', seedRows(tbl, owner), key))
    end
  end
  for _, member in ipairs(range(ERA)) do
    local owner, reset, key = string.match(member, '^([^\1]*)\1([^\1]*)\1([^\1]*)$', #text + 2)
    if reset == resetsOf(owner) then add(owner, key, redis.call('HGET', changedRows(tbl, owner), key)) end
  end
  found[1] = redis.sha1hex(table.concat(seen, '\2'))
  return found
end
local function listStamp(tbl, mchid)
  local field = tbl
  if mchid ~= '' then field = tbl .. '\1' .. mchid end
  return SEED .. ERA .. ':' .. (redis.call('HGET', ERA .. ':stamps', field) or '-')
end
local function ownersOf(tbl, mchid)
  if mchid ~= '' then return {mchid} end
  return redis.call('SUNION', SEED .. ':owners:' .. tbl, ERA .. ':owners:' .. tbl)
end
local function list(tbl, mchid)
  local found = {listStamp(tbl, mchid)}
  for _, owner in ipairs(ownersOf(tbl, mchid)) do
    local changed = {}
    local rows = redis.call('HGETALL', changedRows(tbl, owner))
    for i = 1, #rows, 2 do
      local _, json = parse(rows[i + 1])
      changed[rows[i]] = true
      if json ~= '' then found[#found + 1] = json end
    end
    rows = redis.call('HGETALL', seedRows(tbl, owner))
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
    total = total + redis.call('HLEN', seed)
    local rows = redis.call('HGETALL', changedRows(tbl, owner))
    for i = 1, #rows, 2 do
      local _, json = parse(rows[i + 1])
      total = total + (json == '' and 0 or 1) - redis.call('HEXISTS', seed, rows[i])
    end
  end
  return {listStamp(tbl, mchid), tostring(total)}
end
-- Compares bytes, as sorted sets do; the order of Lua depends on the locale.
local function isBefore(a, b)
  if a == b then return false end
  local i = 1
  while string.byte(a, i) == string.byte(b, i) do i = i + 1 end
  return (string.byte(a, i) or -1) < (string.byte(b, i) or -1)
end
local function rankOf(set, bound) return redis.call('ZLEXCOUNT', set, '-', bound) end
local function memberAt(set, rank) return redis.call('ZRANGE', set, rank, rank)[1] end
-- One merchant's rows of a sorted list, in the seed and in the changes, from a bound on: the rank of the next one in each, and of the one behind the last.
local function rowsOfOne(tbl, list, mchid, text, before)
  local reset = resetsOf(mchid)
  local function layer(rows, set)
    return {rows = rows, set = set, at = rankOf(set, before), behind = rankOf(set, '(' .. text .. '\3')}
  end
  local one = {owner = mchid, text = text, hidden = sortedKey(ERA, 'hidden', tbl, list, reset, mchid)}
  one.seed = layer(seedRows(tbl, mchid), sortedKey(SEED, 'sorted', tbl, list, '-', mchid))
  one.changed = layer(changedRows(tbl, mchid), sortedKey(ERA, 'sorted', tbl, list, reset, mchid))
  return one
end
-- Moves on to the first row that is in its place. A run of hidden ones, which may be the whole seed, is measured in leaps.
local function passHidden(one)
  local seed, hidden = one.seed, one.hidden
  while seed.at < seed.behind do
    local at = redis.call('ZRANK', hidden, memberAt(seed.set, seed.at))
    if not at then return end
    local run, leap = 1, 2
    local function holds(length) return memberAt(seed.set, seed.at + length - 1) == (memberAt(hidden, at + length - 1) or '') end
    while holds(leap) do run, leap = leap, leap * 2 end
    while leap - run > 1 do
      local middle = math.floor((run + leap) / 2)
      if holds(middle) then run = middle else leap = middle end
    end
    seed.at = seed.at + run
  end
end
-- Moves on by a number of rows without looking at each.
local function pass(one, offset)
  local seedStart, changedStart = one.seed.at, one.changed.at
  local first = memberAt(one.seed.set, seedStart)
  local hiddenStart = first and rankOf(one.hidden, '(' .. first) or redis.call('ZCARD', one.hidden)
  local function before(member)
    local bound = '(' .. member
    return rankOf(one.seed.set, bound) - seedStart - (rankOf(one.hidden, bound) - hiddenStart) + rankOf(one.changed.set, bound) - changedStart
  end
  for _, layer in ipairs({one.seed, one.changed}) do
    local low, high = layer.at, layer.behind
    while low < high do
      local middle = math.floor((low + high) / 2)
      if before(memberAt(layer.set, middle)) >= offset then high = middle else low = middle + 1 end
    end
    layer.target = low
  end
  one.seed.at, one.changed.at = one.seed.target, one.changed.target
end
local function headOf(one)
  passHidden(one)
  local best
  for _, layer in ipairs({one.seed, one.changed}) do
    if layer.at < layer.behind then
      local member = memberAt(layer.set, layer.at)
      if not best or isBefore(member, best.member) then best = {layer = layer, member = member} end
    end
  end
  if not best then return nil end
  best.by, best.key = string.match(best.member, '^([^\2]*)\2([^\2]*)$', #one.text + 2)
  return best
end
local function page(tbl, list, text, stretch)
  local mchid, isAfter, by, owner, key, offset, limit = string.match(stretch, '^([^\1]*)\1([^\1]*)\1([^\1]*)\1([^\1]*)\1([^\1]*)\1([^\1]*)\1([^\1]*)$')
  offset, limit = tonumber(offset), tonumber(limit)
  local all = {}
  local owners = ownersOf(tbl, mchid)
  for _, one in ipairs(owners) do
    -- What is before this bound was on the pages before.
    local bound = '(' .. text .. '\2'
    if isAfter == 'after' then
      if one == owner then bound = '[' .. text .. '\2' .. by .. '\2' .. key
      elseif isBefore(owner, one) then bound = '(' .. text .. '\2' .. by .. '\2'
      else bound = '(' .. text .. '\2' .. by .. '\3' end
    end
    local rows = rowsOfOne(tbl, list, one, text, bound)
    if #owners == 1 and offset > 0 then
      pass(rows, offset)
      offset = 0
    end
    rows.head = headOf(rows)
    if rows.head then all[#all + 1] = rows end
  end
  local seen, found = {}, {''}
  while limit > 0 do
    local best
    for _, one in ipairs(all) do
      local head = one.head
      if head and (not best or isBefore(head.by, best.head.by) or (head.by == best.head.by and isBefore(one.owner, best.owner))) then best = one end
    end
    if not best then break end
    local head = best.head
    if offset > 0 then
      offset = offset - 1
    else
      -- One in its place in the seed may have another value.
      local changed = redis.call('HGET', best.changed.rows, head.key)
      local stamp, json = parse(changed or redis.call('HGET', best.seed.rows, head.key))
      seen[#seen + 1] = best.owner .. '\1' .. head.key .. '\1' .. stamp
      found[#found + 1] = json
      limit = limit - 1
    end
    head.layer.at = head.layer.at + 1
    best.head = headOf(best)
  end
  found[1] = redis.sha1hex(table.concat(seen, '\2'))
  return found
end
local function countAmong(tbl, list, text, mchid)
  local total = 0
  for _, owner in ipairs(ownersOf(tbl, mchid)) do
    local one = rowsOfOne(tbl, list, owner, text, '(' .. text .. '\2')
    local hidden = redis.call('ZLEXCOUNT', one.hidden, '[' .. text .. '\2', '(' .. text .. '\3')
    total = total + one.seed.behind - one.seed.at - hidden + one.changed.behind - one.changed.at
  end
  total = string.format('%d', total)
  return {total, total}
end
`

/**
 * `find table mchid key`, `where table index text mchid`, `list table mchid`, `count table mchid`, `page table list text stretch`, or
 * `countAmong table list text mchid`; an empty mchid stands for all.
 */
export const READ = `${PRELUDE}${READERS}
local what, tbl, a, b, c = unpack(ARGV)
if what == 'find' then return find(tbl, a, b) end
if what == 'where' then return where(tbl, a, b, c) end
if what == 'count' then return count(tbl, a) end
if what == 'page' then return page(tbl, a, b, c) end
if what == 'countAmong' then return countAmong(tbl, a, b, c) end
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
  elseif what == 'page' then now = page(tbl, a, b, c)[1]
  elseif what == 'countAmong' then now = countAmong(tbl, a, b, c)[1]
  else now = listStamp(tbl, a) end
  if now ~= given then return 0 end
  at = at + 6
end
local writes = tonumber(ARGV[at])
if writes == 0 then return 1 end
at = at + 1

local KEYS_OF_ERA = P .. ':keys:' .. string.sub(ERA, #P + 2)
local fresh = {}
local function look(key)
  if fresh[key] == nil then fresh[key] = redis.call('EXISTS', key) == 0 end
end
look(KEYS_OF_ERA)
look(ERA .. ':stamps')
touch(P .. ':meta')
-- What each write replaces in the changes, and what is under it in the seed.
local before, under = {}, {}
for i = 0, writes - 1 do
  local tbl, names, mchid, key = unpack(ARGV, at + i * 6, at + i * 6 + 3)
  local rows = changedRows(tbl, mchid)
  look(rows)
  look(ERA .. ':owners:' .. tbl)
  for _, name in ipairs(namesOf(names)) do
    for _, kind in ipairs({'sorted', 'hidden'}) do look((filed(ERA, tbl, name, mchid, resetsOf(mchid), key, '', kind))) end
  end
  before[i] = redis.call('HGET', rows, key)
  under[i] = redis.call('HGET', seedRows(tbl, mchid), key)
end

local stamp = tostring(redis.call('HINCRBY', P .. ':meta', 'count', 1))
for key, isFresh in pairs(fresh) do
  if isFresh then redis.call('SADD', KEYS_OF_ERA, key) end
end
for i = 0, writes - 1 do
  local tbl, names, mchid, key, texts, json = unpack(ARGV, at + i * 6, at + i * 6 + 5)
  names = namesOf(names)
  local reset = resetsOf(mchid)
  local old = before[i] and textsOfRow(before[i]) or {}
  local seeded = under[i] and textsOfRow(under[i]) or {}
  local new = textsOf(texts)
  for n, name in ipairs(names) do
    -- A sorted list finds a row that stays where the seed has it there, with its new value.
    local place = string.sub(name, 1, 1) == '+' and seeded[n] or '-'
    local was, is = old[n] or '-', new[n] or '-'
    if not before[i] then was = place end
    if was ~= is then
      if was ~= '-' and was ~= place then redis.call('ZREM', filed(ERA, tbl, name, mchid, reset, key, string.sub(was, 2))) end
      if is ~= '-' and is ~= place then
        local set, member = filed(ERA, tbl, name, mchid, reset, key, string.sub(is, 2))
        redis.call('ZADD', set, 0, member)
      end
      if place ~= '-' then
        local set, member = filed(ERA, tbl, name, mchid, reset, key, string.sub(place, 2), 'hidden')
        if was == place then redis.call('ZADD', set, 0, member) elseif is == place then redis.call('ZREM', set, member) end
      end
    end
  end
  redis.call('HSET', changedRows(tbl, mchid), key, stamp .. '\n' .. texts .. '\n' .. json)
  redis.call('SADD', ERA .. ':owners:' .. tbl, mchid)
  redis.call('HSET', ERA .. ':stamps', tbl, stamp, tbl .. '\1' .. mchid, stamp)
end
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
local function fits(version)
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
local mchid = ARGV[1]
local tables = namesOf(ARGV[2])
local known = false
for _, tbl in ipairs(tables) do
  if redis.call('SISMEMBER', ERA .. ':owners:' .. tbl, mchid) == 1 then known = true end
end
if not known then return putDocuments(3) end
local old = resetsOf(mchid)
touch(ERA .. ':resets', ERA .. ':stamps')
local stamp = redis.call('HINCRBY', P .. ':meta', 'count', 1)
redis.call('HSET', ERA .. ':resets', mchid, stamp)
redis.call('SADD', P .. ':keys:' .. string.sub(ERA, #P + 2), ERA .. ':resets')
for _, tbl in ipairs(tables) do
  redis.call('HSET', ERA .. ':stamps', tbl, stamp, tbl .. '\1' .. mchid, stamp)
  redis.call('SREM', ERA .. ':owners:' .. tbl, mchid)
end
redis.call('RPUSH', P .. ':garbage', table.concat({'m', string.sub(ERA, #P + 3), old, mchid}, '\1'))
return putDocuments(3)
`}`

/** Sets the format of a new store. Argument: the format. Returns the format that the store has. */
export const JOIN = `${PRELUDE}
redis.call('HSETNX', P .. ':meta', 'format', ARGV[1])
return redis.call('HGET', P .. ':meta', 'format')
`

/** Begins a seed, and returns its number. */
export const BEGIN_SEED = `${PRELUDE}
local seed = redis.call('HINCRBY', P .. ':meta', 'count', 1)
redis.call('HSET', P .. ':building', 's' .. seed, redis.call('TIME')[1])
return tostring(seed)
`

/** Writes rows of a seed that is not in use yet. Arguments: its number; for each row six, as for a commit. */
export const WRITE_SEED = `${PRELUDE}${String.raw`
local name = 's' .. ARGV[1]
SEED = P .. ':' .. name
local keys = {}
for at = 2, #ARGV, 6 do
  local tbl, names, mchid, key, texts, json = unpack(ARGV, at, at + 5)
  local rows = seedRows(tbl, mchid)
  local before = redis.call('HGET', rows, key)
  local old = before and textsOfRow(before) or {}
  local new = textsOf(texts)
  for n, name in ipairs(namesOf(names)) do
    if old[n] and old[n] ~= '-' then redis.call('ZREM', filed(SEED, tbl, name, mchid, '-', key, string.sub(old[n], 2))) end
    if new[n] and new[n] ~= '-' then
      local set, member = filed(SEED, tbl, name, mchid, '-', key, string.sub(new[n], 2))
      redis.call('ZADD', set, 0, member)
      keys[set] = true
    end
  end
  redis.call('HSET', rows, key, name .. '\n' .. texts .. '\n' .. json)
  redis.call('SADD', SEED .. ':owners:' .. tbl, mchid)
  keys[rows] = true
  keys[SEED .. ':owners:' .. tbl] = true
end
for key in pairs(keys) do redis.call('SADD', P .. ':keys:' .. name, key) end
return 1
`}`

/** Puts a seed into use, and drops all changes. Arguments: its number; a change of documents. */
export const USE_SEED = `${PRELUDE}${DOCUMENTS}
if not fits(ARGV[2]) then return 0 end
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
    local texts = textsOfRow(some[n + 1])
    for t, name in ipairs(namesOf(ARGV[i + 1])) do
      if texts[t] and texts[t] ~= '-' and string.sub(name, 1, 1) ~= '+' then
        redis.call('ZREM', filed(ERA, ARGV[i], name, mchid, reset, some[n], string.sub(texts[t], 2)))
      end
    end
    redis.call('HDEL', rows, some[n])
  end
  if #some > 0 then return 1 end
  redis.call('SREM', P .. ':keys:c' .. era, rows)
  for _, name in ipairs(namesOf(ARGV[i + 1])) do
    if string.sub(name, 1, 1) == '+' then
      for _, kind in ipairs({'sorted', 'hidden'}) do
        local set = filed(ERA, ARGV[i], name, mchid, reset, '', '', kind)
        redis.call('UNLINK', set)
        redis.call('SREM', P .. ':keys:c' .. era, set)
      end
    end
  end
end
return done()
`}`

/** Adds an exchange to the journal, and drops the oldest beyond the limits. Arguments: the most exchanges, the most bytes, the exchange. */
export const ADD_EXCHANGE = `${PRELUDE}
local journal, size = P .. ':journal', P .. ':journal:bytes'
touch(journal, size)
redis.call('RPUSH', journal, ARGV[3])
local bytes = redis.call('INCRBY', size, #ARGV[3])
while redis.call('LLEN', journal) > tonumber(ARGV[1]) or (bytes > tonumber(ARGV[2]) and redis.call('LLEN', journal) > 1) do
  bytes = redis.call('DECRBY', size, #redis.call('LPOP', journal))
end
return 1
`

/** Returns every exchange of the journal, oldest first. */
export const LIST_EXCHANGES = `${PRELUDE}
return redis.call('LRANGE', P .. ':journal', 0, -1)
`

/** Empties the journal. */
export const CLEAR_EXCHANGES = `${PRELUDE}
redis.call('DEL', P .. ':journal', P .. ':journal:bytes')
return 1
`

/** What was counted in a window. Arguments: mchid, operation, start of the window, limit. */
const TAKEN = String.raw`
local rates, field = P .. ':rates', ARGV[1] .. '\1' .. ARGV[2]
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
return 1
`

/** Forgets counts. Argument: mchid, or none for all. */
export const FORGET_CALLS = `${PRELUDE}${String.raw`
if ARGV[1] == '' then return redis.call('DEL', P .. ':rates') end
for _, field in ipairs(redis.call('HKEYS', P .. ':rates')) do
  if string.sub(field, 1, #ARGV[1] + 1) == ARGV[1] .. '\1' then redis.call('HDEL', P .. ':rates', field) end
end
return 1
`}`
