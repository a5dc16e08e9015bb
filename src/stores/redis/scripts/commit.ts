import { FILING, PRELUDE } from './prelude.ts'
import { READERS } from './read.ts'

/**
 * Checks that everything a transaction read is unchanged, and writes its changes: all or nothing. Arguments: the number of reads; for each, six:
 * way, four arguments, fingerprint; the number of writes; for each, six: table, names of its indexes, mchid, key, index texts, JSON (empty
 * for a deleted row). Returns 1, or 0 if something has changed.
 */
export const COMMIT = `${PRELUDE}${READERS}${FILING}${String.raw`
checkGenerations()
local at = 2
for _ = 1, tonumber(ARGV[1]) do
  local what, tbl, a, b, c, given = unpack(ARGV, at, at + 5)
  if mark(what, tbl, a, b, c) ~= given then return 0 end
  at = at + 6
end
local writes = tonumber(ARGV[at])
if writes == 0 then return 1 end
at = at + 1
local stamps = ERA .. ':stamps'
local function eachWrite(work)
  for i = 0, writes - 1 do work(unpack(ARGV, at + i * 6, at + i * 6 + 5)) end
end

checkKey(ERA, stamps)
eachWrite(function (tbl, names, mchid, key, texts)
  checkKey(ERA, changedRows(tbl, mchid))
  checkKey(ERA, ownersIn(ERA, tbl))
  local before, under = changedRow(tbl, mchid, key), seedRow(tbl, mchid, key)
  local row = {tbl = tbl, mchid = mchid, reset = resetsOf(mchid), key = key}
  planMoves(ERA, row, namesOf(names), before and textsOfRow(before), textsOf(texts), textsOfRow(under))
end)

local stamp = tostring(redis.call('HINCRBY', P .. ':meta', 'count', 1))
if meta.used ~= meta.era then redis.call('HSET', P .. ':meta', 'used', meta.era) end
refile()
eachWrite(function (tbl, names, mchid, key, texts, json)
  write(ERA, 'HSET', changedRows(tbl, mchid), key, stamp .. '\n' .. texts .. '\n' .. json)
  write(ERA, 'SADD', ownersIn(ERA, tbl), mchid)
  write(ERA, 'HSET', stamps, tbl, stamp, tbl .. '\1' .. mchid, stamp)
end)
return 1
`}`

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
    local row = {mchid = mchid, reset = reset, key = some[n]}
    local texts = textsOfRow(some[n + 1])
    for t, name in ipairs(names) do
      if texts[t] and texts[t] ~= '-' and not listNamed(name) then
        takeOut(ERA, 'ZREM', indexKey(ERA, tbl, name), memberOf(row, nil, texts[t]))
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
