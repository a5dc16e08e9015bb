import { FILING } from './filing.ts'
import { PRELUDE } from './prelude.ts'
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
