import { PAGES } from './pages.ts'
import { PRELUDE } from './prelude.ts'

/** Reads rows, and notices if they, or the keys that lead to them, are gone. */
const ROWS = String.raw`
local function rowIn(generation, rows, key)
  local row = redis.call('HGET', rows, key)
  if not row then checkKey(generation, rows) end
  return row
end
local function rowsIn(generation, rows)
  local all = redis.call('HGETALL', rows)
  if #all == 0 then checkKey(generation, rows) end
  return all
end
local function changedRow(tbl, mchid, key) return rowIn(ERA, changedRows(tbl, mchid), key) end
local function seedRow(tbl, mchid, key) return rowIn(SEED, seedRows(tbl, mchid), key) end
local function ownersOf(tbl, mchid)
  if mchid ~= '' then return {mchid} end
  local seed, changed = ownersIn(SEED, tbl), ownersIn(ERA, tbl)
  checkKey(SEED, seed)
  checkKey(ERA, changed)
  return redis.call('SUNION', seed, changed)
end
-- Rows that an index or a list led to, and what makes up their fingerprint.
local function nothingFound() return {seen = {}, reply = {''}} end
local function addRow(found, generation, owner, key, row)
  if not row then lostFrom(generation) end
  local stamp, json = parse(row)
  found.seen[#found.seen + 1] = owner .. '\1' .. key .. '\1' .. stamp
  found.reply[#found.reply + 1] = json
end
local function replyOf(found)
  found.reply[1] = redis.sha1hex(table.concat(found.seen, '\2'))
  return found.reply
end
`

/**
 * The ways to read, by name. Each returns a fingerprint that shows whether it would still read the same, then the JSON of each row, or their number.
 * `mark` returns only the fingerprint.
 */
export const READERS = String.raw`${ROWS}${PAGES}
local function listStamp(tbl, mchid)
  local field = tbl
  if mchid ~= '' then field = tbl .. '\1' .. mchid end
  return SEED .. ERA .. ':' .. (rowIn(ERA, ERA .. ':stamps', field) or '-')
end
local READINGS = {page = page, countAmong = countAmong}
function READINGS.find(tbl, mchid, key)
  local row = changedRow(tbl, mchid, key) or seedRow(tbl, mchid, key)
  if not row then return {'-'} end
  local stamp, json = parse(row)
  if json == '' then return {'-'} end
  return {stamp, json}
end
function READINGS.where(tbl, index, text, mchid)
  local found = nothingFound()
  local start = text .. '\1'
  if mchid ~= '' then start = start .. mchid .. '\1' end
  local function range(generation)
    local key = indexKey(generation, tbl, index)
    local members = redis.call('ZRANGE', key, '[' .. start, '(' .. string.sub(start, 1, -2) .. '\2', 'BYLEX')
    if #members == 0 then checkKey(generation, key) end
    return members
  end
  for _, member in ipairs(range(SEED)) do
    local owner, key = string.match(member, '^([^\1]*)\1[^\1]*\1([^\1]*)$', #text + 2)
    if not changedRow(tbl, owner, key) then addRow(found, SEED, owner, key, seedRow(tbl, owner, key)) end
  end
  for _, member in ipairs(range(ERA)) do
    local owner, reset, key = string.match(member, '^([^\1]*)\1([^\1]*)\1([^\1]*)$', #text + 2)
    if reset == resetsOf(owner) then addRow(found, ERA, owner, key, changedRow(tbl, owner, key)) end
  end
  return replyOf(found)
end
function READINGS.list(tbl, mchid)
  local reply = {listStamp(tbl, mchid)}
  for _, owner in ipairs(ownersOf(tbl, mchid)) do
    local changed = {}
    local rows = rowsIn(ERA, changedRows(tbl, owner))
    for i = 1, #rows, 2 do
      local _, json = parse(rows[i + 1])
      changed[rows[i]] = true
      if json ~= '' then reply[#reply + 1] = json end
    end
    rows = rowsIn(SEED, seedRows(tbl, owner))
    for i = 1, #rows, 2 do
      if not changed[rows[i]] then
        local _, json = parse(rows[i + 1])
        reply[#reply + 1] = json
      end
    end
  end
  return reply
end
-- Looks at the changes only, as there may be a million rows in the seed.
function READINGS.count(tbl, mchid)
  local total = 0
  for _, owner in ipairs(ownersOf(tbl, mchid)) do
    local seed = seedRows(tbl, owner)
    checkKey(SEED, seed)
    total = total + redis.call('HLEN', seed)
    local rows = rowsIn(ERA, changedRows(tbl, owner))
    for i = 1, #rows, 2 do
      local _, json = parse(rows[i + 1])
      total = total + (json == '' and 0 or 1) - redis.call('HEXISTS', seed, rows[i])
    end
  end
  return {listStamp(tbl, mchid), tostring(total)}
end
local function mark(what, tbl, ...)
  if what == 'list' or what == 'count' then return listStamp(tbl, (...)) end
  return READINGS[what](tbl, ...)[1]
end
`

/**
 * `find table mchid key`, `where table index text mchid`, `list table mchid`, `count table mchid`, `page table list text stretch`, or
 * `countAmong table list text mchid`; an empty mchid stands for all.
 */
export const READ = `${PRELUDE}${READERS}
checkGenerations()
return READINGS[ARGV[1]](unpack(ARGV, 2))
`
